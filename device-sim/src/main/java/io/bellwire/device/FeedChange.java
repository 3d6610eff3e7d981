package io.bellwire.device;

import org.jspecify.annotations.Nullable;

/**
 * One change of the device's feed. Immutable.
 *
 * @param cursor its position in the feed, which is also its id
 * @param type what happened, for example {@code io.bellwire.order.created}
 * @param orderId the order that changed; null for an event that is not about an order
 * @param version the order's version as of this change, 1 or more; 0 without an order
 * @param body the whole change as the server sent it, JSON
 */
public record FeedChange(
        DeviceCursor cursor, String type, @Nullable String orderId, long version, String body) {
    public FeedChange {
        if ((orderId == null) != (version == 0) || version < 0) {
            throw new IllegalArgumentException(
                    "version must be 1 or more with an order and 0 without, is " + version + " for order " + orderId);
        }
    }
}
