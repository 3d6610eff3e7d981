package io.bellwire.certify;

import java.util.Objects;

/** Comparisons that fail with a {@link RuleViolation}. */
final class Expect {
    private Expect() {}

    static void same(String what, Object expected, Object actual) throws RuleViolation {
        if (!Objects.equals(expected, actual)) {
            throw new RuleViolation(what + " " + text(expected), text(actual));
        }
    }

    /** @param actual shown if {@code holds} is false */
    static void that(boolean holds, String expected, Object actual) throws RuleViolation {
        if (!holds) {
            throw new RuleViolation(expected, text(actual));
        }
    }

    private static String text(Object value) {
        String text = value.toString();
        return text.isEmpty() ? "nothing" : text;
    }
}
