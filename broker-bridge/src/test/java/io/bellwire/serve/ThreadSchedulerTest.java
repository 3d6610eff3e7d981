package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThreadSchedulerTest {
    @Test
    void tasksRunOnOneThreadInTheOrderOfTheirTimes() {
        List<String> ran = new CopyOnWriteArrayList<>();
        try (ThreadScheduler scheduler = new ThreadScheduler("scheduler-thread", System::nanoTime)) {
            scheduler.schedule(
                    Duration.ofSeconds(1),
                    () -> ran.add("later " + Thread.currentThread().getName()));
            scheduler.schedule(
                    Duration.ZERO, () -> ran.add("now " + Thread.currentThread().getName()));
            await().until(() -> ran.size() == 2);
        }
        assertEquals(List.of("now scheduler-thread", "later scheduler-thread"), ran);
    }

    @Test
    void timeBeginsAtZeroWhateverNanoTimeReturns() {
        for (long start : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            AtomicLong nanos = new AtomicLong(start);
            try (ThreadScheduler late = new ThreadScheduler("late", nanos::get)) {
                assertEquals(0, late.nowNanos());
                nanos.addAndGet(7);
                assertEquals(7, late.nowNanos());
            }
        }
    }

    @Test
    void taskThatThrowsDoesNotStopTheNext() {
        CountDownLatch ran = new CountDownLatch(1);
        try (ThreadScheduler scheduler = new ThreadScheduler("scheduler-thread", System::nanoTime)) {
            scheduler.schedule(Duration.ZERO, () -> {
                throw new IllegalStateException("bad item");
            });
            scheduler.schedule(Duration.ZERO, ran::countDown);
            await().until(() -> ran.getCount() == 0);
        }
    }

    @Test
    void cancelledTaskAndTaskAfterCloseDoNotRun() {
        List<String> ran = new CopyOnWriteArrayList<>();
        ThreadScheduler scheduler = new ThreadScheduler("scheduler-thread", System::nanoTime);
        scheduler.schedule(Duration.ofMillis(10), () -> ran.add("cancelled")).cancel();
        scheduler.schedule(Duration.ofMillis(20), () -> ran.add("kept"));
        await().until(() -> ran.contains("kept"));
        scheduler.close();
        scheduler.schedule(Duration.ZERO, () -> ran.add("too late")).cancel();
        assertEquals(List.of("kept"), ran);
        assertTrue(scheduler.nowNanos() > 0);
    }
}
