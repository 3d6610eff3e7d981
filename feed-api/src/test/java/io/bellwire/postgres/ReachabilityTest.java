package io.bellwire.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bellwire.log.StoreUnreachableException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
    private final Reachability reachability = new Reachability();
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private static StoreUnreachableException refused() {
        return new StoreUnreachableException("connection refused", new IOException());
    }

    private void fail() {
        assertThrows(
                StoreUnreachableException.class,
                () -> reachability.run(() -> {
                    throw refused();
                }));
    }

    private String succeed() {
        return reachability.run(() -> {
            reachability.reached();
            return "done";
        });
    }

    /** Waits for the server until {@link #mayEnd}, and finds it there. */
    private CompletableFuture<String> waitForServer() throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<String> result = CompletableFuture.supplyAsync(() -> reachability.run(() -> {
            waits.countDown();
            awaitEnd();
            reachability.reached();
            return "done";
        }));
        waits.await();
        return result;
    }

    private void awaitEnd() {
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void oneWaitsForAServerThatIsGoneAndTheOthersFailAtOnce() throws Exception {
        fail();
        CompletableFuture<String> waiting = waitForServer();

        StoreUnreachableException failure = assertThrows(StoreUnreachableException.class, this::succeed);

        assertEquals("connection refused", failure.getMessage());
        mayEnd.countDown();
        assertEquals("done", waiting.join());
        assertEquals("done", succeed());
    }

    @Test
    void whoWaitsInVainLeavesItToTheNext() {
        fail();
        fail();
        assertEquals("done", succeed());
    }

    @Test
    void allWorkAtOnceOnAServerThatIsThere() throws Exception {
        fail();
        assertEquals("done", succeed());
        List<CompletableFuture<String>> all = List.of(waitForServer(), waitForServer(), waitForServer());
        mayEnd.countDown();
        all.forEach(one -> assertEquals("done", one.join()));
    }

    @Test
    void failureOfTheWorkItselfSaysNothingOfTheServer() throws Exception {
        assertThrows(
                IllegalStateException.class,
                () -> reachability.run(() -> {
                    throw new IllegalStateException("a bad statement");
                }));
        CompletableFuture<String> first = waitForServer();
        assertEquals("done", succeed());
        mayEnd.countDown();
        first.join();
    }
}
