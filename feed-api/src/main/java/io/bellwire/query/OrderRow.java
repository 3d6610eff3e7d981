package io.bellwire.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwire.log.Event;
import io.bellwire.order.OrderId;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an order that searches and counts use, as of one change. Immutable.
 *
 * @param partner null if the order has none
 * @param recipe null if the order has none
 */
record OrderRow(
        OrderId id,
        String device,
        @Nullable String partner,
        String status,
        @Nullable String recipe,
        long version,
        long updatedMillis) {
    private static final JsonFactory JSON = new JsonFactory();

    OrderRow {
        if (device.isEmpty() || status.isEmpty() || version < 1) {
            throw new IllegalArgumentException("order " + id + " lacks device_id, status or version");
        }
    }

    /**
     * Reads the row of the order {@code id} from {@code event}; {@link IllegalArgumentException} if the event does not
     * hold an order. The JSON is read token by token, since a tree of the whole order would cost more than writing the
     * row.
     */
    static OrderRow of(OrderId id, Event event) {
        String device = "";
        String partner = null;
        String status = "";
        String recipe = null;
        long version = 0;
        String updated = "";
        try (JsonParser json = JSON.createParser(
                event.json().bytes(), event.json().dataOffset(), event.json().dataLength())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("event " + event.eventNumber() + " does not hold an order");
            }
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                switch (field) {
                    case "device_id" -> device = json.getText();
                    case "partner_id" -> partner = json.getText();
                    case "status" -> status = json.getText();
                    case "recipe_id" -> recipe = json.getText();
                    case "version" -> version = json.getLongValue();
                    case "updated_at" -> updated = json.getText();
                    default -> json.skipChildren();
                }
            }
            return new OrderRow(
                    id,
                    device,
                    partner,
                    status,
                    recipe,
                    version,
                    Instant.parse(updated).toEpochMilli());
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("event " + event.eventNumber() + " does not hold an order", e);
        }
    }

    /** When the order was created, which its id tells (RFC 9562, section 5.7), milliseconds since 1970. */
    long createdMillis() {
        return SearchCursor.createdMillis(id.value());
    }
}
