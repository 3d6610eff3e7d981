package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a {@link Effect.FetchPage} or {@link Effect.FetchSnapshot}. Immutable. */
public sealed interface FetchResult {
    /**
     * Changes after the cursor that was asked with, oldest first.
     *
     * @param cursor where to go on from
     * @param upToDate whether this page ends at the feed's head
     */
    record Page(List<FeedChange> changes, DeviceCursor cursor, boolean upToDate) implements FetchResult {
        public Page {
            changes = List.copyOf(changes);
        }

        /** Whether the page begins right after {@code from}, null for the feed's beginning, and has no gap. */
        boolean continues(@Nullable DeviceCursor from) {
            if (from != null && !from.epoch().equals(cursor.epoch())) {
                return false;
            }
            long revision = from == null ? 0 : from.revision();
            for (FeedChange change : changes) {
                revision++;
                if (!change.cursor().epoch().equals(cursor.epoch())
                        || change.cursor().revision() != revision) {
                    return false;
                }
            }
            return cursor.revision() == revision;
        }
    }

    /**
     * The cursor cannot be continued.
     *
     * @param reason the server's
     * @param earliest the first cursor that can be continued; null if the server named none
     */
    record Reset(String reason, @Nullable DeviceCursor earliest) implements FetchResult {
        private static final String BEFORE_RETENTION = "before-retention";

        /** Whether the log is still the one that the device knows, and has forgotten its oldest changes only. */
        boolean isOfSameLog() {
            return reason.equals(BEFORE_RETENTION);
        }
    }

    /**
     * A part of the device's orders as they are.
     *
     * @param cursor where to go on from; that of the first part counts
     * @param next the link to the next part; null if this is the last
     */
    record Snapshot(
            List<OrderSnapshot> orders,
            DeviceCursor cursor,
            @Nullable String next) implements FetchResult {
        public Snapshot {
            orders = List.copyOf(orders);
        }
    }

    /**
     * No usable answer.
     *
     * @param retryAfterMillis how long the server asked to wait; 0 if it did not
     */
    record Failed(long retryAfterMillis, String why) implements FetchResult {
        public Failed {
            if (retryAfterMillis < 0) {
                throw new IllegalArgumentException("retryAfterMillis must not be negative, is " + retryAfterMillis);
            }
        }
    }
}
