package io.bellwire.alert;

import io.bellwire.runtime.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Alarms that go off only when the test says so. Thread-safe. */
final class HeldAlarms implements Scheduler {
    private final List<Held> waiting = new CopyOnWriteArrayList<>();

    private record Held(Duration delay, Runnable task) {}

    @Override
    public long nowNanos() {
        return 0;
    }

    @Override
    public Alarm schedule(Duration delay, Runnable task) {
        Held held = new Held(delay, task);
        waiting.add(held);
        return () -> waiting.remove(held);
    }

    /** After which times the waiting alarms would go off. */
    List<Duration> delays() {
        return waiting.stream().map(Held::delay).toList();
    }

    /** The time of all waiting alarms has come. */
    void goOff() {
        List<Held> now = List.copyOf(waiting);
        waiting.removeAll(now);
        now.forEach(held -> held.task().run());
    }
}
