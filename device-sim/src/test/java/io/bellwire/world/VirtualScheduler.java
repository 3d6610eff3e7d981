package io.bellwire.world;

import io.bellwire.device.net.Timers;
import io.bellwire.runtime.Scheduler;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Virtual time for devices and bridge, which passes only when a test advances it. Tasks run on the caller's thread, in
 * the order of their times and, at one time, in the order of scheduling. Not thread-safe.
 */
public final class VirtualScheduler implements Timers, Scheduler {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nowMillis;
    private long given;
    private long ran;

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public ScheduledTask after(long delayMillis, Runnable work) {
        given++;
        Task task = new Task(nowMillis + Math.max(0, delayMillis), given, work);
        tasks.add(task);
        return () -> task.cancelled = true;
    }

    @Override
    public long nowNanos() {
        return nowMillis * NANOS_PER_MILLI;
    }

    /** Rounds up to the next millisecond, as a task that runs too early would find nothing due. */
    @Override
    public Alarm schedule(Duration delay, Runnable task) {
        ScheduledTask pending = after((delay.toNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, task);
        return pending::cancel;
    }

    /** Runs {@code work} at the present time, after the running task has returned. */
    public void soon(Runnable work) {
        var unused = after(0, work);
    }

    /** Runs all tasks that are due up to {@code millis}, in order, and then sets the time to {@code millis}. */
    public void advanceUntil(long millis) {
        advanceUntil(millis, () -> false);
    }

    /** As {@link #advanceUntil(long)}, but stops as soon as {@code enough} holds; returns whether it holds. */
    public boolean advanceUntil(long millis, BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            Task next = tasks.peek();
            if (next == null || next.atMillis > millis) {
                nowMillis = Math.max(nowMillis, millis);
                return enough.getAsBoolean();
            }
            tasks.remove();
            if (!next.cancelled) {
                nowMillis = next.atMillis;
                ran++;
                next.work.run();
            }
        }
        return true;
    }

    /** How many tasks have run. */
    public long ran() {
        return ran;
    }

    private static final class Task implements Comparable<Task> {
        private final long atMillis;
        private final long number;
        private final Runnable work;
        private boolean cancelled;

        private Task(long atMillis, long number, Runnable work) {
            this.atMillis = atMillis;
            this.number = number;
            this.work = work;
        }

        @Override
        public int compareTo(Task other) {
            return atMillis != other.atMillis
                    ? Long.compare(atMillis, other.atMillis)
                    : Long.compare(number, other.number);
        }
    }
}
