package io.bellwire.device;

/** The wait after a fetch or a save that failed, or because the server asked to be spared. Not thread-safe. */
final class RetryTimer {
    private final JitteredBackoff backoff;
    private final RetryAfterHold spared;
    private long dueMillis = Device.NEVER_MILLIS;

    RetryTimer(JitteredBackoff backoff, RetryAfterHold spared) {
        this.backoff = backoff;
        this.spared = spared;
    }

    long dueMillis() {
        return dueMillis;
    }

    boolean isWaiting() {
        return dueMillis != Device.NEVER_MILLIS;
    }

    /** How many failures there have been on end. */
    int failures() {
        return backoff.failures();
    }

    void failed(long atMillis, long retryAfterMillis) {
        spared.ask(atMillis, retryAfterMillis);
        dueMillis = Math.max(atMillis, spared.untilMillis()) + backoff.nextMillis();
    }

    /** Whether the server wants to be left alone; if so, the wait has begun. */
    boolean spares(long atMillis) {
        boolean spares = atMillis < spared.untilMillis();
        if (spares) {
            dueMillis = spared.untilMillis() + backoff.firstMillis();
        }
        return spares;
    }

    /** The server is back: whoever waited for it need not wait out what its absence cost. */
    void sooner(long atMillis) {
        if (isWaiting()) {
            dueMillis = Math.min(dueMillis, Math.max(atMillis, spared.untilMillis()) + backoff.firstMillis());
        }
    }

    void over() {
        dueMillis = Device.NEVER_MILLIS;
    }

    void succeeded() {
        backoff.reset();
    }
}
