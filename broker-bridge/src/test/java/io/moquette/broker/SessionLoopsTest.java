package io.moquette.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moquette.interception.BrokerInterceptor;
import java.util.List;
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
        for (Throwable any : List.of(
                new IllegalStateException("bug"), new StackOverflowError("deep"), new OutOfMemoryError("full"))) {
            run("grill", () -> sneak(any));
            run("grill", () -> {});
        }
        assertEquals(List.of("TEST bug", "TEST deep", "TEST full"), thrown);
    }

    @Test
    void fullQueueIsReportedToWhoeverRoutes() throws Exception {
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
        // its hash is Integer.MIN_VALUE, of which there is no absolute value
        assertEquals(Integer.MIN_VALUE, "polygenelubricants".hashCode());
        run("polygenelubricants", () -> {});
        for (int i = 0; i < 1000; i++) {
            int loop = loops.targetQueueOrdinal("device-" + i);
            assertTrue(loop >= 0 && loop < loops.getEventLoopCount());
        }
    }

    private void run(String clientId, Runnable command) throws Exception {
        PostOffice.RouteResult routed = loops.routeCommand(clientId, "TEST", () -> {
            command.run();
            return null;
        });
        routed.completableFuture().get(10, TimeUnit.SECONDS);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable any) throws T {
        throw (T) any;
    }
}
