package io.bellwire.device;

/**
 * Until when the server asked to be left alone, whatever it was asked for. It is the least wait, not the
 * whole: those who were asked must not come back all at once. Not thread-safe.
 */
final class RetryAfterHold {
    private long untilMillis;

    long untilMillis() {
        return untilMillis;
    }

    void ask(long atMillis, long retryAfterMillis) {
        untilMillis = Math.max(untilMillis, atMillis + retryAfterMillis);
    }
}
