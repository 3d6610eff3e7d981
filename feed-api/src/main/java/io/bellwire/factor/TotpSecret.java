package io.bellwire.factor;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that a server shares with an authenticator app, and the codes that both make of it: TOTP (RFC 6238) with
 * HMAC-SHA1, 6 digits and steps of 30 s, which every app has. Immutable, thread-safe.
 */
public final class TotpSecret {
    static final int BYTES = 20;
    /** How long a code is valid. */
    static final long STEP_SECONDS = 30;
    /** By how many steps the clocks of server and authenticator may differ. */
    static final long SKEW_STEPS = 1;

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BASE32_BITS = 5;

    private static final TimeBasedOneTimePasswordGenerator CODES = new TimeBasedOneTimePasswordGenerator();

    private final byte[] bytes;
    private final Key key;

    TotpSecret(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a TOTP secret has " + BYTES + " bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
        this.key = new SecretKeySpec(this.bytes, CODES.getAlgorithm());
    }

    static TotpSecret draw(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new TotpSecret(bytes);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** The secret as people type it into an app: 32 characters of Base32 (RFC 4648). */
    public String base32() {
        StringBuilder text = new StringBuilder();
        int buffer = 0;
        int bits = 0;
        for (byte next : bytes) {
            buffer = buffer << Byte.SIZE | (next & 0xFF);
            bits += Byte.SIZE;
            while (bits >= BASE32_BITS) {
                bits -= BASE32_BITS;
                text.append(BASE32.charAt(buffer >> bits & 0x1F));
            }
        }
        return text.toString();
    }

    /**
     * The text of a QR code from which an app takes the secret.
     *
     * @param account the name of the account, {@code A-Z a-z 0-9 _ - /} only
     */
    public String uri(String account) {
        return "otpauth://totp/Bellwire:" + account.replace("/", "%2F") + "?secret=" + base32()
                + "&issuer=Bellwire&algorithm=SHA1&digits=6&period=" + STEP_SECONDS;
    }

    /**
     * The step whose code this is, if it is one that is valid at {@code now}: the present step, the one before or the
     * one after. Compares in constant time.
     */
    OptionalLong stepOf(String code, Instant now) {
        byte[] given = code.getBytes(StandardCharsets.UTF_8);
        long present = now.getEpochSecond() / STEP_SECONDS;
        OptionalLong found = OptionalLong.empty();
        for (long step = present - SKEW_STEPS; step <= present + SKEW_STEPS; step++) {
            if (MessageDigest.isEqual(codeOf(step).getBytes(StandardCharsets.US_ASCII), given)) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /** The code of a step. */
    String codeOf(long step) {
        try {
            return CODES.generateOneTimePasswordString(key, Instant.ofEpochSecond(step * STEP_SECONDS), Locale.ROOT);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key of HMAC is always valid", e);
        }
    }

    /** Shows nothing of the secret. */
    @Override
    public String toString() {
        return "TotpSecret";
    }
}
