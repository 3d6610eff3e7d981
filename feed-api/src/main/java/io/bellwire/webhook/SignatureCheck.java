package io.bellwire.webhook;

import java.util.Locale;

/** Whether the receiver behind an endpoint checks signatures, as far as calls with a wrong one have shown. */
public enum SignatureCheck {
    /** No such call was made, or its answer says nothing. */
    UNKNOWN,
    /** The last such call was refused. */
    CHECKED,
    /** The last such call was answered with 2xx. */
    NOT_CHECKED;

    /** As answers have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
