package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has been acknowledged: one at a time, the newest position only, again after a failure, and never in the way of
 * reading. Not thread-safe.
 */
final class Acknowledgements {
    private final JitteredBackoff backoff;
    private final RetryAfterHold spared;
    private @Nullable DeviceCursor settled;
    private @Nullable DeviceCursor underWay;
    private long dueMillis = Device.NEVER_MILLIS;

    Acknowledgements(JitteredBackoff backoff, RetryAfterHold spared) {
        this.backoff = backoff;
        this.spared = spared;
    }

    long dueMillis() {
        return dueMillis;
    }

    /** Acknowledges {@code position} unless that is done, empty, or has to wait for its turn. */
    void ack(long atMillis, @Nullable DeviceCursor position, List<Effect> effects) {
        if (position == null || position.revision() == 0 || position.equals(settled)) {
            return;
        }
        if (underWay != null || dueMillis != Device.NEVER_MILLIS) {
            return;
        }
        if (atMillis < spared.untilMillis()) {
            dueMillis = spared.untilMillis() + backoff.firstMillis();
        } else {
            underWay = position;
            effects.add(new Effect.Ack(position));
        }
    }

    /** Whether a wait after a failure is over. */
    boolean tick(long atMillis) {
        boolean due = dueMillis <= atMillis;
        if (due) {
            dueMillis = Device.NEVER_MILLIS;
        }
        return due;
    }

    /** Whether the position was refused, so that the feed has to be asked what became of it. */
    boolean answered(long atMillis, AckResult answer) {
        DeviceCursor position = underWay;
        if (position == null) {
            return false;
        }
        underWay = null;
        if (answer instanceof AckResult.Failed failed) {
            spared.ask(atMillis, failed.retryAfterMillis());
            dueMillis = Math.max(atMillis, spared.untilMillis()) + backoff.nextMillis();
            return false;
        }
        backoff.reset();
        settled = position;
        return answer instanceof AckResult.Refused;
    }
}
