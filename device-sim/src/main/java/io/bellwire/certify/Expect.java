package io.bellwire.certify;

import java.util.Objects;

/** Comparisons that say what they were about. */
final class Expect {
    private Expect() {}

    static void same(String what, Object expected, Object came) throws RuleViolation {
        if (!Objects.equals(expected, came)) {
            throw new RuleViolation(what + " " + text(expected), text(came));
        }
    }

    /** @param came shown if {@code holds} is false */
    static void that(boolean holds, String expected, Object came) throws RuleViolation {
        if (!holds) {
            throw new RuleViolation(expected, text(came));
        }
    }

    private static String text(Object value) {
        String text = value.toString();
        return text.isEmpty() ? "nothing" : text;
    }
}
