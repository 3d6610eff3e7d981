package io.bellwire.webhook;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** In which order an endpoint gets changes. */
public enum CallOrdering {
    /** One call at a time, in the order of the feed. */
    FEED,
    /** Changes with the same subject in the order of the feed; those of different subjects in parallel. */
    ORDER,
    /** In parallel, in any order. */
    NONE;

    /** As the settings of an endpoint have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The ordering with this text; empty if there is none. */
    public static Optional<CallOrdering> of(String text) {
        return Arrays.stream(values())
                .filter(ordering -> ordering.text().equals(text))
                .findFirst();
    }
}
