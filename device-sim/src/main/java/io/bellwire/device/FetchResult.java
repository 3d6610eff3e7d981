package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's answer to a {@link Effect.FetchPage} or {@link Effect.FetchSnapshot}. Immutable. */
public sealed interface FetchResult {
    /**
     * The changes after the cursor of the request, oldest first.
     *
     * @param cursor the cursor of the next request
     * @param upToDate whether this page ends at the head of the feed
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
     * The server cannot continue the cursor of the request.
     *
     * @param reason the server's reason, for example {@code epoch-changed}
     * @param earliest the first cursor that it can continue; null if the server named none
     */
    record Reset(String reason, @Nullable DeviceCursor earliest) implements FetchResult {
        private static final String BEFORE_RETENTION = "before-retention";

        /** Whether the log is the one that the device knows, and only its oldest changes are gone. */
        boolean isOfSameLog() {
            return reason.equals(BEFORE_RETENTION);
        }
    }

    /**
     * One part of the snapshot: orders of the device in their present state.
     *
     * @param cursor the feed's position before the part was read; that of the first part counts
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
     * There was no usable answer.
     *
     * @param retryAfterMillis how long the server asked to wait; 0 if it did not
     * @param reason what went wrong, for the log
     */
    record Failed(long retryAfterMillis, String reason) implements FetchResult {
        public Failed {
            if (retryAfterMillis < 0) {
                throw new IllegalArgumentException("retryAfterMillis must not be negative, is " + retryAfterMillis);
            }
        }
    }
}
