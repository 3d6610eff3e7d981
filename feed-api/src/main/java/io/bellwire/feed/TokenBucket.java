package io.bellwire.feed;

/**
 * The rule of a token bucket: it holds up to {@code burst} tokens, fills evenly, and each request takes one. Its state is a
 * single number, the time at which it will be full again if nobody asks (the generic cell rate algorithm); 0 is a full one.
 * Immutable.
 *
 * @param perSecond tokens that come in a second; 0 for no limit at all
 * @param burst tokens that it holds
 */
public record TokenBucket(int perSecond, int burst) {
    /** No limit. */
    public static final TokenBucket UNLIMITED = new TokenBucket(0, 1);

    private static final int MAX = 1_000_000;
    private static final long MICROS_PER_SECOND = 1_000_000;

    public TokenBucket {
        if (perSecond < 0 || perSecond > MAX) {
            throw new IllegalArgumentException("requests per second must be 0 to " + MAX + ", are " + perSecond);
        }
        if (burst < 1 || burst > MAX) {
            throw new IllegalArgumentException("requests in a burst must be 1 to " + MAX + ", are " + burst);
        }
    }

    /**
     * What taking a token came to.
     *
     * @param state what to hand in the next time
     * @param waitMicros 0 if there was a token, else how long until there is one
     */
    record Taken(long state, long waitMicros) {}

    boolean isUnlimited() {
        return perSecond == 0;
    }

    /** How long an empty one takes to be full. */
    long fullAfterMicros() {
        return isUnlimited() ? 0 : burst * MICROS_PER_SECOND / perSecond;
    }

    Taken take(long state, long nowMicros) {
        long interval = MICROS_PER_SECOND / perSecond;
        // never more than empty, so that a clock that was set back does not lock anybody out
        long full = Math.min(Math.max(state, nowMicros), nowMicros + burst * interval);
        long wait = full + interval - (nowMicros + burst * interval);
        return wait > 0 ? new Taken(full, wait) : new Taken(full + interval, 0);
    }
}
