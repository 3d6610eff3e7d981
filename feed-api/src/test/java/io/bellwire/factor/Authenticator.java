package io.bellwire.factor;

import java.time.Instant;

/** An authenticator app that knows one secret. Immutable. */
public final class Authenticator {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final TotpSecret secret;

    /** @param base32 the secret as the server shows it */
    public Authenticator(String base32) {
        byte[] bytes = new byte[TotpSecret.BYTES];
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            int five = BASE32.indexOf(base32.charAt(bit / 5));
            if ((five >> (4 - bit % 5) & 1) == 1) {
                bytes[bit / Byte.SIZE] |= (byte) (1 << (7 - bit % Byte.SIZE));
            }
        }
        this.secret = new TotpSecret(bytes);
    }

    /** What the app shows at this time. */
    public String codeAt(Instant time) {
        return secret.codeOf(time.getEpochSecond() / TotpSecret.STEP_SECONDS);
    }

    /** A code that is wrong at this time, and at the times around it. */
    public String wrongCodeAt(Instant time) {
        for (int code = 0; ; code++) {
            String text = String.format("%06d", code);
            if (secret.stepOf(text, time).isEmpty()
                    && secret.stepOf(text, time.plusSeconds(TotpSecret.STEP_SECONDS))
                            .isEmpty()) {
                return text;
            }
        }
    }
}
