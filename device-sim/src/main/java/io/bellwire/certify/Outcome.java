package io.bellwire.certify;

import org.jspecify.annotations.Nullable;

/**
 * What came of one case. Immutable.
 *
 * @param complaint null if the rule is kept; else one line
 */
public record Outcome(int number, String id, @Nullable String complaint, long millis) {
    /** Whether the server keeps the rule. */
    public boolean passed() {
        return complaint == null;
    }
}
