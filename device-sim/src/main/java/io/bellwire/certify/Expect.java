package io.bellwire.certify;

import java.util.Objects;

/** Comparisons that fail with a {@link RuleViolation}. */
public final class Expect {
    private Expect() {}

    /** Fails unless both are equal. */
    public static void same(String what, Object expected, Object actual) throws RuleViolation {
        if (!Objects.equals(expected, actual)) {
            throw new RuleViolation(what + " " + text(expected), text(actual));
        }
    }

    /**
     * Fails unless {@code holds}.
     *
     * @param actual shown if {@code holds} is false
     */
    public static void that(boolean holds, String expected, Object actual) throws RuleViolation {
        if (!holds) {
            throw new RuleViolation(expected, text(actual));
        }
    }

    private static String text(Object value) {
        String text = value.toString();
        return text.isEmpty() ? "nothing" : text;
    }
}
