package io.bellwire.webhook;

import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A key pair of Ed25519 (RFC 8032, {@code v1a}): the receiver knows only the public key, and cannot sign. Immutable.
 * Bouncy Castle signs, since the JDK takes ten times as long and cannot derive the public key from a seed.
 */
public final class WebhookKeyPair implements WebhookKey {
    static final String SECRET_PREFIX = "whsk_";
    private static final String PUBLIC_PREFIX = "whpk_";

    private final byte[] seed;
    private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];

    private WebhookKeyPair(byte[] seed) {
        this.seed = seed;
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    }

    public static WebhookKeyPair draw(SecureRandom random) {
        byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
        random.nextBytes(seed);
        return new WebhookKeyPair(seed);
    }

    /** The key pair of a seed of 32 bytes. */
    static WebhookKeyPair ofSeed(byte[] seed) {
        return new WebhookKeyPair(seed);
    }

    /** {@code whsk_} and the Base64 of the 32 bytes of a seed; throws {@link IllegalArgumentException} for anything else. */
    public static WebhookKeyPair parse(String text) {
        return new WebhookKeyPair(
                KeyText.decode(text, SECRET_PREFIX, Ed25519.SECRET_KEY_SIZE, Ed25519.SECRET_KEY_SIZE));
    }

    @Override
    public String sign(SignedContent content) {
        byte[] bytes = content.bytes();
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey, 0, bytes, 0, bytes.length, signature, 0);
        return "v1a," + Base64.getEncoder().encodeToString(signature);
    }

    @Override
    public String text() {
        return SECRET_PREFIX + Base64.getEncoder().encodeToString(seed);
    }

    /** What the receiver verifies with: {@code whpk_...}. */
    public String publicText() {
        return PUBLIC_PREFIX + Base64.getEncoder().encodeToString(publicKey);
    }

    @Override
    public String toString() {
        return publicText();
    }
}
