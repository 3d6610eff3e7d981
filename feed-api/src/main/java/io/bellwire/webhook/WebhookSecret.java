package io.bellwire.webhook;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret that both sides know, for HMAC-SHA256 ({@code v1}). Immutable. */
public final class WebhookSecret implements WebhookKey {
    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int DRAWN_BYTES = 32;
    private static final int BYTES_MIN = 24;
    private static final int BYTES_MAX = 64;

    /** One for each thread that signs: to get one costs more than to sign. */
    private static final ThreadLocal<Mac> MAC = ThreadLocal.withInitial(() -> {
        try {
            return Mac.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    });

    private final SecretKeySpec key;

    private WebhookSecret(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** A new secret of 32 bytes. */
    public static WebhookSecret draw(SecureRandom random) {
        byte[] bytes = new byte[DRAWN_BYTES];
        random.nextBytes(bytes);
        return new WebhookSecret(bytes);
    }

    /** The secret with these 32 bytes. */
    static WebhookSecret of(byte[] bytes) {
        return new WebhookSecret(bytes);
    }

    /** {@code whsec_} and the Base64 of 24 to 64 bytes; throws {@link IllegalArgumentException} for anything else. */
    public static WebhookSecret parse(String text) {
        return new WebhookSecret(KeyText.decode(text, PREFIX, BYTES_MIN, BYTES_MAX));
    }

    @Override
    public String sign(SignedContent content) {
        Mac mac = MAC.get();
        try {
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of bytes is a key of HMAC", e);
        }
        mac.update(content.head());
        mac.update(content.body());
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal());
    }

    @Override
    public String text() {
        return PREFIX + Base64.getEncoder().encodeToString(key.getEncoded());
    }

    @Override
    public String toString() {
        return PREFIX + "...";
    }
}
