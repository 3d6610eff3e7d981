package io.bellwire.webhook;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why an endpoint is not called any more. */
public enum DisabledReason {
    /** The partner or an operator has switched it off. */
    BY_REQUEST,
    /** It answered 410. */
    GONE,
    /** The last retry has failed. */
    RETRIES_EXHAUSTED,
    /** The account of the partner is disabled; this is never kept. */
    PARTNER_DISABLED;

    /** As answers and events have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason with this text; empty if there is none. */
    public static Optional<DisabledReason> of(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.text().equals(text))
                .findFirst();
    }
}
