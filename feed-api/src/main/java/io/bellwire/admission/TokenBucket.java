package io.bellwire.admission;

/**
 * The rule of a token bucket: it holds up to {@code burst} tokens, fills evenly, and each request takes one token. The
 * state of a bucket is one number, the time at which it will be full again if no request comes (the generic cell rate
 * algorithm); 0 is the state of a full bucket. Immutable.
 *
 * @param perSecond how many tokens are added in a second; 0 for no limit
 * @param burst how many tokens the bucket holds
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
     * The result of {@link #take}.
     *
     * @param state the state of the bucket from now on
     * @param waitMicros 0 if there was a token, else the time until there is one
     */
    public record Taken(long state, long waitMicros) {}

    public boolean isUnlimited() {
        return perSecond == 0;
    }

    /** The time in which an empty bucket becomes full. */
    public long fullAfterMicros() {
        return isUnlimited() ? 0 : burst * MICROS_PER_SECOND / perSecond;
    }

    /** Takes a token from a bucket in this state, if it has one. */
    public Taken take(long state, long nowMicros) {
        long interval = MICROS_PER_SECOND / perSecond;
        // at worst empty: a state from before the clock was set back must not lock the caller out
        long full = Math.min(Math.max(state, nowMicros), nowMicros + burst * interval);
        long wait = full + interval - (nowMicros + burst * interval);
        return wait > 0 ? new Taken(full, wait) : new Taken(full + interval, 0);
    }
}
