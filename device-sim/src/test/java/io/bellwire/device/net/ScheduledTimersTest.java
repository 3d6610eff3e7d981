package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduledTimersTest {
    /** A device must not get times below zero: it would take them for the time of a Retry-After. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void timeBeginsAtZeroWhateverTheClockShows(long startNanos) {
        AtomicLong nanos = new AtomicLong(startNanos);
        try (ScheduledTimers timers = new ScheduledTimers(nanos::get)) {
            assertEquals(0, timers.nowMillis());

            nanos.addAndGet(7_000_000);

            assertEquals(7, timers.nowMillis());
        }
    }

    @Test
    void taskRunsUnlessItIsCancelledAndWhateverAnotherDoes() throws InterruptedException {
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        try (ScheduledTimers timers = new ScheduledTimers(System::nanoTime)) {
            timers.after(0, () -> {
                throw new IllegalStateException("a task that fails");
            });
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch cancelled = new CountDownLatch(1);
            timers.after(0, () -> {
                begun.countDown();
                awaitUninterrupted(cancelled);
            });
            Timers.ScheduledTask second = timers.after(0, () -> done.add("cancelled"));
            timers.after(0, () -> done.add("kept"));
            begun.await();
            second.cancel(); // the thread is busy until then
            cancelled.countDown();

            assertEquals("kept", done.poll(1, TimeUnit.MINUTES));
        }
        assertTrue(done.isEmpty());
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closedTimersRunNothingAndRefuseNothing() {
        ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
        timers.close();
        Timers.ScheduledTask never = timers.after(0, () -> {
            throw new AssertionError("it runs");
        });
        never.cancel();
    }
}
