package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the device acknowledges: one acknowledgement at a time, only the newest position, repeated after a
 * failure. Fetches never wait for it. Not thread-safe.
 */
final class Acknowledgements {
    private final JitteredBackoff backoff;
    private final RetryAfterHold hold;
    /** The position that the server has accepted or refused last. */
    private @Nullable DeviceCursor lastAnswered;

    private @Nullable DeviceCursor underWay;
    private long retryDueMillis = Device.NEVER_MILLIS;

    Acknowledgements(JitteredBackoff backoff, RetryAfterHold hold) {
        this.backoff = backoff;
        this.hold = hold;
    }

    long dueMillis() {
        return retryDueMillis;
    }

    /**
     * Acknowledges {@code position}, unless it is the beginning of the feed, the server has answered it already, or
     * another acknowledgement is under way or waits for its retry.
     */
    void acknowledge(long atMillis, @Nullable DeviceCursor position, List<Effect> effects) {
        if (position == null || position.revision() == 0 || position.equals(lastAnswered)) {
            return;
        }
        if (underWay != null || retryDueMillis != Device.NEVER_MILLIS) {
            return;
        }
        if (atMillis < hold.untilMillis()) {
            retryDueMillis = hold.untilMillis() + backoff.firstMillis();
        } else {
            underWay = position;
            effects.add(new Effect.Ack(position));
        }
    }

    /** Returns whether a retry is due, and clears it if so. */
    boolean takeDueRetry(long atMillis) {
        boolean isDue = retryDueMillis <= atMillis;
        if (isDue) {
            retryDueMillis = Device.NEVER_MILLIS;
        }
        return isDue;
    }

    /** Takes the result of the acknowledgement under way; returns whether it was refused, so that a fetch is needed. */
    boolean completed(long atMillis, AckResult result) {
        DeviceCursor position = underWay;
        if (position == null) {
            return false;
        }
        underWay = null;
        if (result instanceof AckResult.Failed failed) {
            hold.extend(atMillis, failed.retryAfterMillis());
            retryDueMillis = Math.max(atMillis, hold.untilMillis()) + backoff.nextMillis();
            return false;
        }
        backoff.reset();
        lastAnswered = position;
        return result instanceof AckResult.Refused;
    }
}
