package io.bellwire.fleet;

import io.bellwire.device.DeviceCursor;
import org.jspecify.annotations.Nullable;

/**
 * One line of a device's journal: what was saved, in the order of saving. Immutable.
 *
 * @param cursor the change's place; for {@link Kind#RESUMED} where the feed goes on; null for {@link Kind#RESTORED} and {@link Kind#FORGOTTEN}
 * @param orderId null for what is not about an order
 * @param version of the order, 0 without one
 * @param type the change's, empty for what is not a change
 * @param atNanos when it was saved
 * @param connectedSinceNanos since when the device had been connected then; {@link #NOT_CONNECTED} if it was not
 * @param eventId the id that its sender gave an event that is not an order's; null for anything else
 */
public record JournalEntry(
        Kind kind,
        @Nullable DeviceCursor cursor,
        @Nullable String orderId,
        long version,
        String type,
        long atNanos,
        long connectedSinceNanos,
        @Nullable String eventId) {
    public static final long NOT_CONNECTED = Long.MAX_VALUE;

    /** What is no other sender's event. */
    public JournalEntry(
            Kind kind,
            @Nullable DeviceCursor cursor,
            @Nullable String orderId,
            long version,
            String type,
            long atNanos,
            long connectedSinceNanos) {
        this(kind, cursor, orderId, version, type, atNanos, connectedSinceNanos, null);
    }

    /** What happened. */
    public enum Kind {
        /** A change took effect. */
        APPLIED,
        /** A change was passed over as known. */
        KNOWN,
        /** All orders were forgotten, as they were of a log that is no more. */
        FORGOTTEN,
        /** An order took effect out of a snapshot. */
        RESTORED,
        /** A snapshot was complete. */
        RESUMED
    }

    /** For a reader: which change this is about. */
    String describe() {
        return kind
                + (cursor == null ? "" : " change " + cursor)
                + (orderId == null ? "" : " order " + orderId + " version " + version)
                + (eventId == null ? "" : " event " + eventId)
                + (type.isEmpty() ? "" : " (" + type + ")");
    }
}
