package io.bellwire.command;

import io.bellwire.runtime.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A caller's name for one request, as a SHA-256 digest. Equal keys are the same request, repeated. Immutable.
 *
 * @param row the first 63 bits of the digest: the key of its row, one integer, so that the rows need no second index
 * @param digest all 32 bytes, which distinguish two keys with the same {@code row}
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode are written out below
public record IdempotencyKey(long row, byte[] digest) {
    /** The key of these parts together. The end of each part counts: ("ab", "c") is not ("a", "bc"). */
    public static IdempotencyKey of(String... parts) {
        MessageDigest sha = Sha256.begin();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            sha.update(bytes);
        }
        return ofDigest(sha.digest());
    }

    /** The key with this digest. */
    public static IdempotencyKey ofDigest(byte[] digest) {
        return new IdempotencyKey(ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE, digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdempotencyKey key && Arrays.equals(digest, key.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }
}
