package io.bellwire.fleet;

import io.bellwire.device.DeviceCursor;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a device's journal, which holds what the device has saved, in the order of saving. Immutable.
 *
 * @param cursor the change's cursor; for {@link Kind#RESUMED} the cursor from which the device reads on; null for
 *     {@link Kind#RESTORED} and {@link Kind#ORDERS_CLEARED}
 * @param orderId null if the entry is not about an order
 * @param version the order's; 0 without an order
 * @param type the change's; empty if the entry is not a change
 * @param atNanos when it was saved
 * @param connectedSinceNanos when the device's connection of that moment began; {@link #NOT_CONNECTED} without one
 * @param eventId the sender's id of an event that is not about an order; null for any other entry
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

    /** An entry without an {@code eventId}. */
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

    /** What the device did. */
    public enum Kind {
        /** A change took effect. */
        APPLIED("APPLIED"),
        /** A change was skipped, as the device had it already. */
        ALREADY_APPLIED("KNOWN"),
        /** All orders were deleted, as they belonged to a log that no longer exists. */
        ORDERS_CLEARED("FORGOTTEN"),
        /** An order of a snapshot took effect. */
        RESTORED("RESTORED"),
        /** A snapshot was complete. */
        RESUMED("RESUMED");

        /** The word in reports. */
        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    /** Text for people: what this entry is about. */
    String describe() {
        return kind.label
                + (cursor == null ? "" : " change " + cursor)
                + (orderId == null ? "" : " order " + orderId + " version " + version)
                + (eventId == null ? "" : " event " + eventId)
                + (type.isEmpty() ? "" : " (" + type + ")");
    }
}
