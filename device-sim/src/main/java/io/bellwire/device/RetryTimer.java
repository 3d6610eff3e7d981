package io.bellwire.device;

/** When to fetch again after a fetch or a save failed, or the server asked to wait. Not thread-safe. */
final class RetryTimer {
    private final JitteredBackoff backoff;
    private final RetryAfterHold hold;
    private long dueMillis = Device.NEVER_MILLIS;

    RetryTimer(JitteredBackoff backoff, RetryAfterHold hold) {
        this.backoff = backoff;
        this.hold = hold;
    }

    long dueMillis() {
        return dueMillis;
    }

    boolean isRunning() {
        return dueMillis != Device.NEVER_MILLIS;
    }

    /** How many failures there have been in a row. */
    int failures() {
        return backoff.failures();
    }

    /** Starts the wait after a failure. */
    void startAfterFailure(long atMillis, long retryAfterMillis) {
        hold.extend(atMillis, retryAfterMillis);
        dueMillis = Math.max(atMillis, hold.untilMillis()) + backoff.nextMillis();
    }

    /** Starts the wait if the server asked for no requests at this time; returns whether it did. */
    boolean startIfHeld(long atMillis) {
        boolean isHeld = atMillis < hold.untilMillis();
        if (isHeld) {
            dueMillis = hold.untilMillis() + backoff.firstMillis();
        }
        return isHeld;
    }

    /** The server is reachable again: a running wait becomes as short as after a first failure. */
    void shorten(long atMillis) {
        if (isRunning()) {
            dueMillis = Math.min(dueMillis, Math.max(atMillis, hold.untilMillis()) + backoff.firstMillis());
        }
    }

    void cancel() {
        dueMillis = Device.NEVER_MILLIS;
    }

    void resetBackoff() {
        backoff.reset();
    }
}
