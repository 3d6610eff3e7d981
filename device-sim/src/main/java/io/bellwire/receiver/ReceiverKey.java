package io.bellwire.receiver;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key by which a receiver verifies signatures, after Standard Webhooks: a secret shared with the sender ({@code
 * whsec_}, HMAC-SHA256, signatures {@code v1}) or the sender's public key ({@code whpk_}, Ed25519, signatures {@code
 * v1a}). Immutable.
 */
public sealed interface ReceiverKey {
    int BYTES = 32;
    /** Standard Webhooks allows secrets of 24 to 64 bytes; Bellwire's own have 32. */
    int SECRET_BYTES_MIN = 24;

    int SECRET_BYTES_MAX = 64;
    String SECRET_PREFIX = "whsec_";
    String PUBLIC_PREFIX = "whpk_";

    /**
     * Reads {@code whsec_BASE64} or {@code whpk_BASE64}. Throws {@link IllegalArgumentException}, which does not show
     * the text.
     */
    static ReceiverKey parse(String text) {
        if (text.startsWith(SECRET_PREFIX)) {
            byte[] secret = bytes(text.substring(SECRET_PREFIX.length()), SECRET_BYTES_MIN, SECRET_BYTES_MAX);
            return new Shared(new SecretKeySpec(secret, "HmacSHA256"));
        }
        if (text.startsWith(PUBLIC_PREFIX)) {
            return new Public(publicKey(bytes(text.substring(PUBLIC_PREFIX.length()), BYTES, BYTES)));
        }
        throw new IllegalArgumentException("a key must begin with " + SECRET_PREFIX + " or " + PUBLIC_PREFIX);
    }

    /** The version that stands before signatures made with this kind of key. */
    String version();

    /** Whether the signature is of this text. Takes the same time for each wrong one. */
    boolean verifies(byte[] signed, byte[] signature);

    private static byte[] bytes(String base64, int min, int max) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("a key must be Base64 after its prefix", wrong);
        }
        if (bytes.length < min || bytes.length > max) {
            throw new IllegalArgumentException("a key must have " + min + " to " + max + " bytes, has " + bytes.length);
        }
        return bytes;
    }

    /** RFC 8032: 32 bytes, the lowest first, of which the highest bit is the sign of x and the rest is y. */
    private static PublicKey publicKey(byte[] encoded) {
        byte[] y = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            y[i] = encoded[BYTES - 1 - i];
        }
        boolean isXOdd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(isXOdd, new BigInteger(1, y))));
        } catch (GeneralSecurityException notAKey) {
            throw new IllegalArgumentException("not a public key of Ed25519", notAKey);
        }
    }

    /** A secret that both sides have. */
    record Shared(SecretKeySpec key) implements ReceiverKey {
        @Override
        public String version() {
            return "v1";
        }

        @Override
        public boolean verifies(byte[] signed, byte[] signature) {
            return MessageDigest.isEqual(sign(signed), signature);
        }

        byte[] sign(byte[] text) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                return mac.doFinal(text);
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every JDK has HMAC-SHA256", impossible);
            }
        }

        @Override
        public String toString() {
            return SECRET_PREFIX + "...";
        }
    }

    /** The key with which only the sender can sign. */
    record Public(PublicKey key) implements ReceiverKey {
        @Override
        public String version() {
            return "v1a";
        }

        @Override
        public boolean verifies(byte[] signed, byte[] signature) {
            try {
                Signature check = Signature.getInstance("Ed25519");
                check.initVerify(key);
                check.update(signed);
                return check.verify(signature);
            } catch (SignatureException malformed) {
                return false;
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every JDK since 15 has Ed25519", impossible);
            }
        }
    }
}
