package io.bellwire.runtime;

import io.bellwire.runtime.Scheduler.Alarm;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one alarm that a loop has set for when nothing else wakes it. Belongs to the loop. */
public final class TurnAlarm {
    private final Scheduler scheduler;
    private final Runnable turn;
    private @Nullable Alarm alarm;
    private long alarmNanos = Scheduler.NEVER_NANOS;

    /** @param turn is run on the scheduler */
    public TurnAlarm(Scheduler scheduler, Runnable turn) {
        this.scheduler = scheduler;
        this.turn = turn;
    }

    /** Sees to a turn at {@code dueNanos}, or before. */
    public void atLatest(long dueNanos) {
        if (dueNanos >= alarmNanos) {
            return;
        }
        if (alarm != null) {
            alarm.cancel();
        }
        alarm = null;
        alarmNanos = Scheduler.NEVER_NANOS;
        alarm = scheduler.schedule(Duration.ofNanos(Math.max(0, dueNanos - scheduler.nowNanos())), () -> {
            alarm = null;
            alarmNanos = Scheduler.NEVER_NANOS;
            turn.run();
        });
        alarmNanos = dueNanos;
    }
}
