package io.bellwire.route;

import java.util.Locale;
import java.util.Optional;

/** How much a message carries, from the least to the most. */
public enum Tier {
    /** Only that the feed has grown. */
    SIGNAL,
    /** The list of the events. */
    EVENT,
    /** The changes themselves, as in the feed. */
    FULL;

    /** The tier with this {@link #text}; empty if there is none. */
    public static Optional<Tier> parse(String text) {
        for (Tier tier : values()) {
            if (tier.text().equals(text)) {
                return Optional.of(tier);
            }
        }
        return Optional.empty();
    }

    /** The name of the tier on the wire and in the routes file. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The lower of this tier and {@code other}. */
    public Tier lowerOf(Tier other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
