package io.bellwire.http;

import io.bellwire.log.Event;
import io.bellwire.order.StoredOrder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes {@code {"orders":[...]}}, one page of orders, and says when the page must end: once the orders in it, or those
 * that were read from the store for it, reach a size. So the memory and the work of an answer do not depend on how
 * large the orders are. Used by one thread.
 */
final class OrdersJson {
    /** The size at which a page of orders ends; the last order may exceed it. */
    static final int PAGE_BYTES_MAX = 1 << 20;
    /** The size of all orders that are read for one page, also of those that are left out. */
    static final int READ_BYTES_MAX = 4 << 20;
    /** How many orders are in memory at once: together about as large as a page, if each has the largest size. */
    static final int READ_AT_ONCE = 16;

    private final ByteArrayOutputStream json = new ByteArrayOutputStream();
    private long bytesRead;
    private boolean isFirst = true;

    OrdersJson() {
        write("{\"orders\":[");
    }

    /** Counts an event that was read for this page. */
    void countRead(Event event) {
        bytesRead += event.json().length();
    }

    void add(StoredOrder order) {
        if (!isFirst) {
            json.write(',');
        }
        isFirst = false;
        json.writeBytes(order.latest().json().data());
    }

    /** Whether the page must end here. Never true before an order was read. */
    boolean isFull() {
        return json.size() >= PAGE_BYTES_MAX || bytesRead >= READ_BYTES_MAX;
    }

    /**
     * Ends the page.
     *
     * @param members the further members of the object, as JSON in ASCII, beginning with a comma
     */
    byte[] end(String members) {
        write("]" + members + "}");
        return json.toByteArray();
    }

    private void write(String ascii) {
        json.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
