package io.bellwire.webhook;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much a call to an endpoint carries. */
public enum CallPayload {
    /** Only that the feed has grown, and up to where: the partner then reads its feed. */
    SIGNAL,
    /** Each change without its data. */
    EVENT,
    /** Each change as the feed has it. */
    FULL;

    /** As the settings of an endpoint have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The payload with this text; empty if there is none. */
    public static Optional<CallPayload> of(String text) {
        return Arrays.stream(values())
                .filter(payload -> payload.text().equals(text))
                .findFirst();
    }
}
