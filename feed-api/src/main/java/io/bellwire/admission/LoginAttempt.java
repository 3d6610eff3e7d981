package io.bellwire.admission;

import io.bellwire.runtime.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * One login as {@link FailedLogins} remembers it: from where, and with which credentials.
 *
 * <p>Two attempts with the same credentials from the same address are equal; nobody can make one that is equal to
 * another client's without having its credentials. These cannot be got back from the 64 bits that are kept. Immutable.
 *
 * @param from where the client connects from
 * @param fingerprint the first 64 bits of the digest of its credentials
 */
public record LoginAttempt(ClientAddress from, long fingerprint) {
    /**
     * A login with a name and a secret.
     *
     * @param name the name that the client gives itself
     * @param secret the secret, which is not kept
     */
    public static LoginAttempt of(ClientAddress from, String name, byte[] secret) {
        MessageDigest digest = Sha256.begin();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return new LoginAttempt(from, ByteBuffer.wrap(digest.digest(secret)).getLong());
    }

    /** Shows nothing of the fingerprint. */
    @Override
    public String toString() {
        return "a login from " + from;
    }
}
