package io.bellwire.device;

import org.jspecify.annotations.Nullable;

/**
 * A change as a message of the event tier lists it. Immutable.
 *
 * @param cursor its place, which is also its id
 * @param orderId the order that it is about; null for an event that is not about an order
 */
public record ListedChange(
        DeviceCursor cursor, String type, @Nullable String orderId) {}
