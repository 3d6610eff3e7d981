package io.bellwire.net;

import java.util.ArrayList;
import java.util.List;

/** Timers whose time passes when a test says so. Thread-safe. */
final class HandMovedTimers implements Timers {
    private final List<Alarm> alarms = new ArrayList<>();
    private long nowMillis;

    private record Alarm(long atMillis, Runnable task) {}

    @Override
    public synchronized long nowMillis() {
        return nowMillis;
    }

    @Override
    public synchronized Pending after(long delayMillis, Runnable task) {
        Alarm alarm = new Alarm(nowMillis + delayMillis, task);
        alarms.add(alarm);
        return () -> cancel(alarm);
    }

    private synchronized void cancel(Alarm alarm) {
        alarms.remove(alarm);
    }

    /** So much time passes, and what is due by then runs. */
    void pass(long millis) {
        List<Alarm> due;
        synchronized (this) {
            nowMillis += millis;
            due = alarms.stream().filter(alarm -> alarm.atMillis <= nowMillis).toList();
            alarms.removeAll(due);
        }
        due.forEach(alarm -> alarm.task.run());
    }
}
