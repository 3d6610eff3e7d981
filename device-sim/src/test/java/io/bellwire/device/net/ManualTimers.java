package io.bellwire.device.net;

import java.util.ArrayList;
import java.util.List;

/** Timers whose clock moves only when a test calls {@link #advance}. Thread-safe. */
final class ManualTimers implements Timers {
    private final List<Entry> entries = new ArrayList<>();
    private long nowMillis;

    private record Entry(long atMillis, Runnable task) {}

    @Override
    public synchronized long nowMillis() {
        return nowMillis;
    }

    @Override
    public synchronized ScheduledTask after(long delayMillis, Runnable task) {
        Entry entry = new Entry(nowMillis + delayMillis, task);
        entries.add(entry);
        return () -> cancel(entry);
    }

    private synchronized void cancel(Entry entry) {
        entries.remove(entry);
    }

    /** How many tasks wait for their time. */
    synchronized int waiting() {
        return entries.size();
    }

    /** Moves the clock forward and runs the tasks that are due by then. */
    void advance(long millis) {
        List<Entry> due;
        synchronized (this) {
            nowMillis += millis;
            due = entries.stream().filter(entry -> entry.atMillis <= nowMillis).toList();
            entries.removeAll(due);
        }
        due.forEach(entry -> entry.task.run());
    }
}
