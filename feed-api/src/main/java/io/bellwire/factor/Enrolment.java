package io.bellwire.factor;

import java.time.Instant;
import java.util.Base64;

/**
 * A secret that was given to an account.
 *
 * @param sealed the encrypted secret, Base64
 */
record Enrolment(String sealed, Instant createdAt) {
    byte[] sealedBytes() {
        return Base64.getDecoder().decode(sealed);
    }

    /** Shows nothing of the secret. */
    @Override
    public String toString() {
        return "Enrolment of " + createdAt;
    }
}
