package io.bellwire.route;

import java.util.Locale;
import java.util.Optional;

/** How much a message carries, from the least to the most. */
public enum Tier {
    /** That there is something. */
    SIGNAL,
    /** Which events there are. */
    EVENT,
    /** The changes themselves, as the feed has them. */
    FULL;

    /** The tier that {@code text} names, as {@link #text} spells it. */
    public static Optional<Tier> parse(String text) {
        for (Tier tier : values()) {
            if (tier.text().equals(text)) {
                return Optional.of(tier);
            }
        }
        return Optional.empty();
    }

    /** As the wire and the routes file spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that carries less. */
    public Tier lower(Tier other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
