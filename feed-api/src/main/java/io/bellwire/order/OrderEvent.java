package io.bellwire.order;

import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;

/** Renders the events of orders, as feeds carry them. */
final class OrderEvent {
    static final String CREATED = "io.bellwire.order.created";
    static final String UPDATED = "io.bellwire.order.updated";
    static final String STATUS_CHANGED = "io.bellwire.order.status-changed";

    /** An order's JSON ends with its two times: {@code "created_at":"...","updated_at":"..."}}. */
    private static final int UPDATED_AT_FROM_END = Timestamps.UNKNOWN.length() + "\"}".length();

    private static final int CREATED_AT_FROM_END =
            Timestamps.UNKNOWN.length() + "\",\"updated_at\":\"".length() + UPDATED_AT_FROM_END;

    private OrderEvent() {}

    /**
     * The event of a new order.
     *
     * @param json the order, with both of its times {@link Timestamps#UNKNOWN} and at its end
     */
    static RenderedEvent created(OrderId order, String json) {
        return RenderedEvent.of(CREATED, order, json, CREATED_AT_FROM_END, UPDATED_AT_FROM_END);
    }

    /**
     * The event of a change.
     *
     * @param json the order after the change, with the time of the change {@link Timestamps#UNKNOWN} and at its end
     */
    static RenderedEvent changed(String type, OrderId order, String json) {
        return RenderedEvent.of(type, order, json, UPDATED_AT_FROM_END);
    }
}
