package io.bellwire.registry;

import io.bellwire.runtime.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * A bearer secret as it is stored: the SHA-256 digest of a text with 256 random bits. A text with so many random bits
 * needs no slow hash, and nobody can authenticate with a stored or leaked digest. Immutable.
 */
public final class Secret {
    private static final int RANDOM_BYTES = 32;

    private final byte[] digest;

    private Secret(byte[] digest) {
        this.digest = digest;
    }

    /** Draws the text of a new secret: 43 characters of base64url. */
    public static String draw(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static Secret of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Secret of(byte[] text) {
        return new Secret(Sha256.of(text));
    }

    /** The secret whose SHA-256 digest is stored as {@code digest}. */
    public static Secret ofDigest(byte[] digest) {
        return new Secret(digest.clone());
    }

    /** 64 bits of the digest, by which a secret that was tried before is recognised; nobody can get it back from them. */
    public long fingerprint() {
        return ByteBuffer.wrap(digest).getLong();
    }

    /** What is stored of it: its SHA-256 digest. */
    public byte[] digest() {
        return digest.clone();
    }

    /** Whether both are the same; compares in constant time. */
    public boolean matches(Secret other) {
        return MessageDigest.isEqual(digest, other.digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && matches(secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    /** Shows nothing of the digest, so that a secret that is logged by mistake does no harm. */
    @Override
    public String toString() {
        return "Secret";
    }
}
