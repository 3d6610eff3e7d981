package io.bellwire.certify;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the codes of one second factor: TOTP (RFC 6238) with HMAC-SHA1, 6 digits and steps of 30 s. The server accepts
 * the codes of the step before, the present one and the next, each once, so up to three can be had at once.
 * Thread-safe.
 */
public final class AuthenticatorApp {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BASE32_BITS = 5;
    private static final long STEP_SECONDS = 30;
    private static final int CODES = 1_000_000;

    private final byte[] secret;
    private final Clock clock;
    private long usedStep = -1;

    /** @param base32 the secret as the server shows it */
    public AuthenticatorApp(String base32, Clock clock) {
        this.secret = decode(base32);
        this.clock = clock;
    }

    /** The earliest code that the server should accept and that was not returned before. */
    public synchronized String nextCode() {
        long now = clock.instant().getEpochSecond() / STEP_SECONDS;
        usedStep = Math.max(usedStep + 1, now - 1);
        return code(secret, usedStep);
    }

    static String code(byte[] secret, long step) {
        byte[] hash;
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
        // RFC 4226, section 5.3: four bytes from where the last four bits point to, without the sign
        int truncated = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xF) & Integer.MAX_VALUE;
        return String.format(Locale.ROOT, "%06d", truncated % CODES);
    }

    private static byte[] decode(String base32) {
        ByteBuffer bytes = ByteBuffer.allocate(base32.length() * BASE32_BITS / Byte.SIZE);
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < base32.length(); i++) {
            int value = BASE32.indexOf(base32.charAt(i));
            if (value < 0) {
                throw new IllegalArgumentException("a secret must be Base32 without padding");
            }
            buffer = buffer << BASE32_BITS | value;
            bits += BASE32_BITS;
            if (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                bytes.put((byte) (buffer >> bits));
            }
        }
        return bytes.array();
    }
}
