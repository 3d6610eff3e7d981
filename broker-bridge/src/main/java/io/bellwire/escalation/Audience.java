package io.bellwire.escalation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who is told that a feed has a problem; the feed of operations always is. */
public enum Audience {
    /** Whoever reads the feed. */
    FEED,
    /** The contacts of the partner's endpoints, by e-mail. */
    CONTACTS,
    /** The operators, by e-mail. */
    OPERATORS,
    /** The operators' pager. */
    PAGER;

    /** As the document has it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Audience> of(String text) {
        return Arrays.stream(values())
                .filter(audience -> audience.text().equals(text))
                .findFirst();
    }
}
