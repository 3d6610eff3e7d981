package io.bellwire.bridge;

import io.bellwire.runtime.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A scheduler whose time moves only when the test advances it. Not thread-safe. */
public final class VirtualTime implements Scheduler {
    /** More tasks than this at one moment are a loop that never lets time pass. */
    private static final int TASKS_AT_ONCE_MAX = 10_000;

    private final PriorityQueue<Task> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::serial));
    private long nowNanos;
    private long serialsGiven;
    private int tasksAtThisMoment;

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    @Override
    public Alarm schedule(Duration delay, Runnable task) {
        Task scheduled = new Task(nowNanos + delay.toNanos(), serialsGiven++, task);
        waiting.add(scheduled);
        return () -> waiting.remove(scheduled);
    }

    /** Runs the tasks that are due within {@code duration}, each at its time. */
    public void advance(Duration duration) {
        long untilNanos = nowNanos + duration.toNanos();
        for (Task next = waiting.peek(); next != null && next.atNanos <= untilNanos; next = waiting.peek()) {
            waiting.remove();
            tasksAtThisMoment = next.atNanos > nowNanos ? 1 : tasksAtThisMoment + 1;
            if (tasksAtThisMoment > TASKS_AT_ONCE_MAX) {
                throw new AssertionError("tasks that cause each other for ever at " + nowNanos + " ns");
            }
            nowNanos = Math.max(nowNanos, next.atNanos);
            next.task.run();
        }
        nowNanos = untilNanos;
    }

    /** The same, in milliseconds. */
    public void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    /** Runs the tasks that are due now. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** How many tasks wait. */
    public int tasks() {
        return waiting.size();
    }

    private record Task(long atNanos, long serial, Runnable task) {}
}
