package io.bellwire.webhook;

import java.util.Arrays;
import java.util.Optional;

/** A way to sign calls, as Standard Webhooks names it. */
public enum SignatureScheme {
    /** HMAC-SHA256 with a secret that the partner has too. */
    V1("v1"),
    /** Ed25519: the partner has only the public key. */
    V1A("v1a");

    private final String text;

    SignatureScheme(String text) {
        this.text = text;
    }

    /** As the header of a call and the settings of an endpoint have it. */
    public String text() {
        return text;
    }

    /** The scheme with this text; empty if there is none. */
    public static Optional<SignatureScheme> of(String text) {
        return Arrays.stream(values())
                .filter(scheme -> scheme.text.equals(text))
                .findFirst();
    }
}
