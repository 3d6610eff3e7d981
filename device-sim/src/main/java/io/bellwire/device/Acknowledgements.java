package io.bellwire.device;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the device acknowledges: once for each read, however many pages it has, and at a random moment within
 * the spread that the server has asked for, so that the acknowledgements of many devices do not arrive at once. One is
 * under way at a time, always with the newest position; it is repeated after a failure. Fetches never wait for it. Not
 * thread-safe.
 */
final class Acknowledgements {
    /** So long a read may go on without one: then the operator sees that the device gets on. */
    private static final long LONG_READ_MILLIS = 5_000;

    private final JitteredBackoff backoff;
    private final RetryAfterHold hold;
    private final RandomGenerator random;
    /** The position that the server has accepted or refused last. */
    private @Nullable DeviceCursor lastAnswered;

    private @Nullable DeviceCursor underWay;
    /** When the newest position is to be acknowledged; never if it need not be. */
    private long wantedAtMillis = Device.NEVER_MILLIS;

    private long notBeforeMillis;
    /** Since when the read that goes on has had something to acknowledge. */
    private long readSinceMillis = Device.NEVER_MILLIS;

    Acknowledgements(JitteredBackoff backoff, RetryAfterHold hold, RandomGenerator random) {
        this.backoff = backoff;
        this.hold = hold;
        this.random = random;
    }

    /** When {@link #sendIfDue} is due. */
    long dueMillis() {
        boolean waits = underWay == null && wantedAtMillis != Device.NEVER_MILLIS;
        return waits ? Math.max(wantedAtMillis, notBeforeMillis) : Device.NEVER_MILLIS;
    }

    /**
     * A read has ended at {@code position}: acknowledges it within {@code spreadMillis}, unless the server has answered
     * it already. A moment that was drawn before stays if it is not later.
     */
    void readEnded(long atMillis, @Nullable DeviceCursor position, long spreadMillis, List<Effect> effects) {
        if (needsNone(position)) {
            return;
        }
        if (spreadMillis == 0) {
            wantedAtMillis = Math.min(wantedAtMillis, atMillis);
        } else if (wantedAtMillis > atMillis + spreadMillis) {
            wantedAtMillis = atMillis + 1 + random.nextLong(spreadMillis);
        }
        sendIfDue(atMillis, position, effects);
    }

    /** The read goes on after {@code position}: acknowledges it only if that has taken long. */
    void readGoesOn(long atMillis, @Nullable DeviceCursor position, List<Effect> effects) {
        if (readSinceMillis == Device.NEVER_MILLIS) {
            readSinceMillis = atMillis;
        } else if (atMillis - readSinceMillis >= LONG_READ_MILLIS) {
            readEnded(atMillis, position, 0, effects);
        }
    }

    private boolean needsNone(@Nullable DeviceCursor position) {
        return position == null
                || position.revision() == 0
                || position.equals(lastAnswered)
                || position.equals(underWay);
    }

    /** Acknowledges {@code position}, the newest one, if that is due and no acknowledgement is under way. */
    void sendIfDue(long atMillis, @Nullable DeviceCursor position, List<Effect> effects) {
        if (underWay != null || wantedAtMillis > atMillis) {
            return;
        }
        if (position == null || needsNone(position)) {
            wantedAtMillis = Device.NEVER_MILLIS;
            return;
        }
        if (atMillis < hold.untilMillis() && notBeforeMillis < hold.untilMillis()) {
            notBeforeMillis = hold.untilMillis() + backoff.firstMillis();
        }
        if (notBeforeMillis <= atMillis) {
            wantedAtMillis = Device.NEVER_MILLIS;
            readSinceMillis = Device.NEVER_MILLIS;
            underWay = position;
            effects.add(new Effect.Ack(position));
        }
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
            notBeforeMillis = Math.max(atMillis, hold.untilMillis()) + backoff.nextMillis();
            wantedAtMillis = Math.min(wantedAtMillis, atMillis);
            return false;
        }
        backoff.reset();
        lastAnswered = position;
        return result instanceof AckResult.Refused;
    }
}
