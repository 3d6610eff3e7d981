package io.bellwire.device;

import org.jspecify.annotations.Nullable;

/**
 * A change that a signal of the tier {@link SignalTier#EVENT} lists without its data. Immutable.
 *
 * @param cursor its position in the feed, which is also its id
 * @param orderId the order that changed; null for an event that is not about an order
 */
public record ListedChange(
        DeviceCursor cursor, String type, @Nullable String orderId) {}
