package io.bellwire.receiver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver applies, and keeps, in one step: for one call, or for one page of the feed. Immutable.
 *
 * @param callId the call's {@code webhook-id}; empty for a page of the feed
 * @param cursor the position after a page of the feed; null for a call
 */
public record AppliedWork(
        String callId,
        List<AppliedChange> changes,
        @Nullable String cursor) {
    public AppliedWork {
        changes = List.copyOf(changes);
    }
}
