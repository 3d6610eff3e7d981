package io.bellwire.log;

import java.security.MessageDigest;
import java.time.Duration;

/**
 * A lease on an order: until it ends, only who has the token may change the order. Immutable by agreement.
 *
 * @param tokenDigest SHA-256 of the token
 * @param untilMillis when it ends, by {@link WriteBatch#leaseMillis}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by matches alone
public record OrderLock(byte[] tokenDigest, long untilMillis) {
    /** The longest lease that can be asked for. */
    public static final Duration LEASE_MAX = Duration.ofMinutes(5);

    /**
     * Whether the lease still holds at {@code nowMillis}. One that would last longer than any lease can be asked for was
     * granted before a restart by a clock that has been set back since, and has ended: nobody knows when it was to.
     */
    public boolean isHeldAt(long nowMillis) {
        return nowMillis < untilMillis && untilMillis - nowMillis <= LEASE_MAX.toMillis();
    }

    /** Whether {@code digest} is that of the token. */
    public boolean matches(byte[] digest) {
        return MessageDigest.isEqual(tokenDigest, digest);
    }
}
