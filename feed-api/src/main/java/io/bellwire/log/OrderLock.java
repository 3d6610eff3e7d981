package io.bellwire.log;

import java.security.MessageDigest;

/**
 * A lease on an order: until it ends, only who has the token may change the order. Immutable by agreement.
 *
 * @param tokenDigest SHA-256 of the token
 * @param untilMillis when it ends, milliseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // compared by matches alone
public record OrderLock(byte[] tokenDigest, long untilMillis) {
    /** Whether the lease still holds at {@code nowMillis}. */
    public boolean isHeldAt(long nowMillis) {
        return nowMillis < untilMillis;
    }

    /** Whether {@code digest} is that of the token. */
    public boolean matches(byte[] digest) {
        return MessageDigest.isEqual(tokenDigest, digest);
    }
}
