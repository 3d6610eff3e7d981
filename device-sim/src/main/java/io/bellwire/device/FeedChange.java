package io.bellwire.device;

import org.jspecify.annotations.Nullable;

/**
 * One change of the device's feed. Immutable.
 *
 * @param cursor its place, which is also its id
 * @param type what happened, for example {@code io.bellwire.order.created}
 * @param orderId the order that it is about; null for an event that is not about an order
 * @param version the order's version as of this change, 1 or more; 0 without an order
 * @param body the whole change as JSON, as it came
 */
public record FeedChange(
        DeviceCursor cursor, String type, @Nullable String orderId, long version, String body) {
    public FeedChange {
        if ((orderId == null) != (version == 0) || version < 0) {
            throw new IllegalArgumentException("an order has a version from 1, anything else has 0; is " + version);
        }
    }
}
