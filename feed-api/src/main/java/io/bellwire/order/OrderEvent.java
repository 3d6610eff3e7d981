package io.bellwire.order;

import java.nio.charset.StandardCharsets;

/** How a change of an order reads in a feed. */
final class OrderEvent {
    static final String CREATED = "io.bellwire.order.created";
    static final String UPDATED = "io.bellwire.order.updated";
    static final String STATUS_CHANGED = "io.bellwire.order.status-changed";

    private OrderEvent() {}

    /** The part of the change's JSON that comes before the order itself. */
    static byte[] prefix(String type, OrderId order, String time) {
        return ("\"type\":\"" + type + "\",\"subject\":\"" + order + "\",\"time\":\"" + time
                        + "\",\"datacontenttype\":\"application/json\",\"data\":")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The change's JSON from {@code "type"} to the closing brace. */
    static byte[] tail(byte[] prefix, byte[] order) {
        byte[] tail = new byte[prefix.length + order.length + 1];
        System.arraycopy(prefix, 0, tail, 0, prefix.length);
        System.arraycopy(order, 0, tail, prefix.length, order.length);
        tail[tail.length - 1] = '}';
        return tail;
    }
}
