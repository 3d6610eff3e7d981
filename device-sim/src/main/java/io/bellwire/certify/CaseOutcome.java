package io.bellwire.certify;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of one case. Immutable.
 *
 * @param failure how the server breaks the rule, in one line; null if the case has not failed
 * @param skipped why the rule could not be checked, in one line; null if it was checked
 */
public record CaseOutcome(
        int number,
        String id,
        @Nullable String failure,
        @Nullable String skipped,
        long millis) {
    /** Whether the rule was checked and the server keeps it. */
    public boolean passed() {
        return failure == null && skipped == null;
    }

    /** Whether the server breaks the rule, or the check itself failed. */
    public boolean failed() {
        return failure != null;
    }
}
