package io.bellwire.device.net;

import java.util.ArrayList;
import java.util.List;

/** Timers whose time passes only when a test calls {@link #pass}. Thread-safe. */
final class HandMovedTimers implements Timers {
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

    /** Lets so much time pass and runs the tasks that are due by then. */
    void pass(long millis) {
        List<Entry> due;
        synchronized (this) {
            nowMillis += millis;
            due = entries.stream().filter(entry -> entry.atMillis <= nowMillis).toList();
            entries.removeAll(due);
        }
        due.forEach(entry -> entry.task.run());
    }
}
