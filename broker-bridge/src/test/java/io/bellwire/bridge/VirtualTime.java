package io.bellwire.bridge;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A scheduler whose time moves only when a test says so. Not thread-safe. */
final class VirtualTime implements Scheduler {
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::serial));
    private long nowNanos;
    private long serials;

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public Alarm schedule(Duration delay, Runnable task) {
        Task scheduled = new Task(nowNanos + delay.toNanos(), serials++, task);
        tasks.add(scheduled);
        return () -> tasks.remove(scheduled);
    }

    /** Runs what is due within {@code duration}, each at its time. */
    void advance(Duration duration) {
        long untilNanos = nowNanos + duration.toNanos();
        for (Task next = tasks.peek(); next != null && next.atNanos <= untilNanos; next = tasks.peek()) {
            tasks.remove();
            nowNanos = Math.max(nowNanos, next.atNanos);
            next.task.run();
        }
        nowNanos = untilNanos;
    }

    void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    /** Runs what is due now. */
    void settle() {
        advance(Duration.ZERO);
    }

    int tasks() {
        return tasks.size();
    }

    private record Task(long atNanos, long serial, Runnable task) {}
}
