package io.bellwire.sealed;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a server under which settings are encrypted with AES-256-GCM, and from which secrets are derived with
 * HKDF-Expand and HMAC-SHA256 (RFC 5869, section 2.3; the key is uniformly random, so that nothing is extracted before).
 * Thread-safe.
 */
public final class SettingsKey {
    /** The length of the key, and of each derived secret. */
    public static final int BYTES = 32;

    private static final String HMAC = "HmacSHA256";
    private static final String AES_GCM = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec root;
    private final SecretKeySpec sealing;
    private final SecureRandom random;

    /** @param random draws a nonce for each encryption */
    public SettingsKey(byte[] key, SecureRandom random) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a settings key has " + BYTES + " bytes, not " + key.length);
        }
        this.root = new SecretKeySpec(key, HMAC);
        this.random = random;
        this.sealing = new SecretKeySpec(expand("seal"), "AES");
    }

    /** A key that lasts as long as the process, for a server in memory. */
    public static SettingsKey draw(SecureRandom random) {
        return new SettingsKey(drawBytes(random), random);
    }

    /** The bytes of a new key. */
    public static byte[] drawBytes(SecureRandom random) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        return key;
    }

    /**
     * Encrypts {@code plain} for {@code place}; the result is 28 bytes longer, and another one each time.
     *
     * @param place where the result is kept; it opens only for the same place
     */
    public byte[] seal(String place, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = new byte[NONCE_BYTES + plain.length + TAG_BITS / Byte.SIZE];
        System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, place);
            int unused = cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("each JDK has " + AES_GCM, e);
        }
        return sealed;
    }

    /** What was sealed for {@code place}; empty if it was sealed with another key or for another place, or is damaged. */
    public Optional<byte[]> open(String place, byte[] sealed) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, nonce, place)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("each JDK has " + AES_GCM, e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(AES_GCM);
        cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** 32 secret bytes, the same for the same purpose each time; those of one purpose say nothing about another's. */
    public byte[] derive(String purpose) {
        return expand("derive:" + purpose);
    }

    private byte[] expand(String info) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(root);
            mac.update(info.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("each JDK has " + HMAC, e);
        }
    }

    /** Shows nothing of the key. */
    @Override
    public String toString() {
        return "SettingsKey";
    }
}
