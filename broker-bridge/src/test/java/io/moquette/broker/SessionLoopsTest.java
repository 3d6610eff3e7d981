package io.moquette.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moquette.interception.BrokerInterceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionLoopsTest {
    private static final int QUEUE = 4;

    private final List<String> thrown = new CopyOnWriteArrayList<>();
    private final BrokerInterceptor interceptor = new BrokerInterceptor(List.of());
    private final SessionLoops loops =
            new SessionLoops(interceptor, QUEUE, (command, error) -> thrown.add(command + " " + error.getMessage()));

    @AfterEach
    void stop() {
        loops.terminate();
        interceptor.stop();
    }

    @Test
    void loopOutlivesWhateverIsThrownInIt() throws Exception {
        for (Throwable throwable : List.of(
                new IllegalStateException("bug"), new StackOverflowError("deep"), new OutOfMemoryError("full"))) {
            run("grill", () -> throwUnchecked(throwable));
            run("grill", () -> {});
        }
        assertEquals(List.of("TEST bug", "TEST deep", "TEST full"), thrown);
    }

    @Test
    void fullQueueIsReportedToTheCaller() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        loops.routeCommand("grill", "TEST", () -> {
            busy.countDown();
            assertTrue(go.await(10, TimeUnit.SECONDS));
            return null;
        });
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < QUEUE; i++) {
            assertTrue(loops.routeCommand("grill", "TEST", () -> null).isSuccess());
        }
        assertFalse(loops.routeCommand("grill", "TEST", () -> null).isSuccess());
        go.countDown();
    }

    @Test
    void everyClientIdHasALoop() throws Exception {
        // its hash is Integer.MIN_VALUE, which has no absolute value
        assertEquals(Integer.MIN_VALUE, "polygenelubricants".hashCode());
        run("polygenelubricants", () -> {});
        for (int i = 0; i < 1000; i++) {
            int loop = loops.targetQueueOrdinal("device-" + i);
            assertTrue(loop >= 0 && loop < loops.getEventLoopCount());
        }
    }

    @Test
    void idleLoopLetsTheCallerTakeItsTurn() {
        Thread[] ran = new Thread[2];
        assertTrue(loops.runOrRoute("grill", "TEST", () -> {
            ran[0] = Thread.currentThread();
            // what a command routes to its own loop runs inside it
            assertTrue(loops.routeCommand("grill", "TEST", () -> {
                        ran[1] = Thread.currentThread();
                        return null;
                    })
                    .isSuccess());
            return null;
        }));
        assertEquals(List.of(Thread.currentThread(), Thread.currentThread()), List.of(ran));
    }

    @Test
    void busyLoopKeepsItsTurnAndRunsTheCallersCommandLater() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        loops.routeCommand("grill", "TEST", () -> {
            busy.countDown();
            assertTrue(go.await(10, TimeUnit.SECONDS));
            return null;
        });
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        assertTrue(loops.runOrRoute("grill", "TEST", () -> {
            ran.complete(Thread.currentThread());
            return null;
        }));
        assertFalse(ran.isDone());
        go.countDown();
        assertTrue(ran.get(10, TimeUnit.SECONDS).getName().startsWith("Session Executor"));
    }

    @Test
    void callerDoesNotOvertakeACommandThatWaits() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(2);
        assertTrue(loops.runOrRoute("grill", "TEST", () -> {
            // on another thread: a command that this thread routes would run inside this turn
            CompletableFuture.runAsync(() -> loops.routeCommand("grill", "TEST", () -> {
                        ran.add("first");
                        done.countDown();
                        return null;
                    }))
                    .join();
            return null;
        }));
        assertTrue(loops.runOrRoute("grill", "TEST", () -> {
            ran.add("second");
            done.countDown();
            return null;
        }));
        assertTrue(done.await(10, TimeUnit.SECONDS));
        assertEquals(List.of("first", "second"), ran);
    }

    @Test
    void callersAndTheLoopItselfNeverRunCommandsAtTheSameTime() throws Exception {
        int commands = 2_000;
        int[] ran = new int[1]; // not atomic: the count is right only if turns never overlap
        CountDownLatch done = new CountDownLatch(3 * commands);
        Callable<Void> command = () -> {
            ran[0]++;
            done.countDown();
            return null;
        };
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 3; caller++) {
            callers.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < commands; i++) {
                    while (!loops.runOrRoute("grill", "TEST", command)) {
                        Thread.onSpinWait(); // the queue is short
                    }
                }
            }));
        }
        CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        assertTrue(done.await(10, TimeUnit.SECONDS));
        assertEquals(3 * commands, ran[0]);
    }

    @Test
    void commandThatThrowsInsideAnotherCountsAsNotRoutedAndTheOuterGoesOn() {
        boolean[] routed = {true};
        assertTrue(loops.runOrRoute("grill", "OUTER", () -> {
            routed[0] = loops.routeCommand("grill", "INNER", () -> {
                        throw new IllegalStateException("bug");
                    })
                    .isSuccess();
            return null;
        }));
        assertFalse(routed[0]);
        assertEquals(List.of("INNER bug"), thrown);
    }

    private void run(String clientId, Runnable command) throws Exception {
        PostOffice.RouteResult routed = loops.routeCommand(clientId, "TEST", () -> {
            command.run();
            return null;
        });
        routed.completableFuture().get(10, TimeUnit.SECONDS);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUnchecked(Throwable throwable) throws T {
        throw (T) throwable;
    }
}
