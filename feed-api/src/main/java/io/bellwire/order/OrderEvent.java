package io.bellwire.order;

import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;
import java.nio.charset.StandardCharsets;

/** Renders the events of orders, as feeds carry them. */
final class OrderEvent {
    static final String CREATED = "io.bellwire.order.created";
    static final String UPDATED = "io.bellwire.order.updated";
    static final String STATUS_CHANGED = "io.bellwire.order.status-changed";

    private static final int UPDATED_AT_FROM_END = Timestamps.UNKNOWN.length() + "\"}}".length();
    private static final int CREATED_AT_FROM_END =
            Timestamps.UNKNOWN.length() + "\",\"updated_at\":\"".length() + UPDATED_AT_FROM_END;

    private OrderEvent() {}

    /**
     * The event of a new order.
     *
     * @param json the order, with both of its times {@link Timestamps#UNKNOWN} and at its end
     */
    static RenderedEvent created(OrderId order, String json) {
        String beforeTime = beforeTime(CREATED, order);
        String prefix = prefix(beforeTime);
        byte[] tail = tail(prefix, json);
        return new RenderedEvent(
                tail,
                prefix.length(),
                beforeTime.length(),
                tail.length - CREATED_AT_FROM_END,
                tail.length - UPDATED_AT_FROM_END);
    }

    /**
     * The event of a change.
     *
     * @param json the order after the change, with the time of the change {@link Timestamps#UNKNOWN} and at its end
     */
    static RenderedEvent changed(String type, OrderId order, String json) {
        String beforeTime = beforeTime(type, order);
        String prefix = prefix(beforeTime);
        byte[] tail = tail(prefix, json);
        return new RenderedEvent(tail, prefix.length(), beforeTime.length(), tail.length - UPDATED_AT_FROM_END);
    }

    private static String beforeTime(String type, OrderId order) {
        return "\"type\":\"" + type + "\",\"subject\":\"" + order + "\",\"time\":\"";
    }

    /** The JSON before the order itself. It is ASCII, so it has as many bytes as characters. */
    private static String prefix(String beforeTime) {
        return beforeTime + Timestamps.UNKNOWN + "\",\"datacontenttype\":\"application/json\",\"data\":";
    }

    private static byte[] tail(String prefix, String json) {
        return (prefix + json + "}").getBytes(StandardCharsets.UTF_8);
    }
}
