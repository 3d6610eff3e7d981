package io.bellwire.certify;

import org.jspecify.annotations.Nullable;

/**
 * What came of one case. Immutable.
 *
 * @param complaint how the rule is broken, in one line; null if it is not
 * @param skipped why nobody could look, in one line; null if somebody has
 */
public record CaseOutcome(
        int number,
        String id,
        @Nullable String complaint,
        @Nullable String skipped,
        long millis) {
    /** Whether the server has been seen to keep the rule. */
    public boolean passed() {
        return complaint == null && skipped == null;
    }

    /** Whether the server has been seen to break the rule, or kept from being looked at. */
    public boolean failed() {
        return complaint != null;
    }
}
