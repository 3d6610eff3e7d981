package io.bellwire.order;

import io.bellwire.log.WriteBatch;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * A lease on an order: until it ends, only the holder of its token may change the order. Immutable by agreement.
 *
 * @param tokenDigest SHA-256 of the token
 * @param untilMillis when it ends, by {@link WriteBatch#steadyMillis}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by matches alone
public record OrderLock(byte[] tokenDigest, long untilMillis) {
    /** The longest lease that a caller can ask for. */
    public static final Duration LEASE_MAX = Duration.ofMinutes(5);

    /**
     * Whether the lease still holds at {@code nowMillis}. A lease that would last longer than {@link #LEASE_MAX} was
     * granted before a restart by a clock that was set back since; it has ended, because its real end is unknown.
     */
    public boolean isHeldAt(long nowMillis) {
        return nowMillis < untilMillis && untilMillis - nowMillis <= LEASE_MAX.toMillis();
    }

    /** Whether {@code digest} is that of the token. */
    public boolean matches(byte[] digest) {
        return MessageDigest.isEqual(tokenDigest, digest);
    }
}
