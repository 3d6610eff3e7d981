package io.bellwire.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwire.log.Event;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is searched by of one order as of one change. Immutable.
 *
 * @param partner null if the order has none
 * @param recipe null if the order has none
 */
record OrderRow(
        UUID id,
        String device,
        @Nullable String partner,
        String status,
        @Nullable String recipe,
        long version,
        long createdMillis,
        long updatedMillis) {
    private static final JsonFactory JSON = new JsonFactory();

    OrderRow {
        if (device.isEmpty() || status.isEmpty() || version < 1) {
            throw new IllegalArgumentException("order " + id + " lacks device_id, status or version");
        }
    }

    /**
     * The order with {@code key} as {@code event} tells of it, {@link IllegalArgumentException} if it does not hold an order.
     * Read token by token: a tree of the whole order would cost more than writing the row.
     */
    static OrderRow of(long key, Event event) {
        String device = "";
        String partner = null;
        String status = "";
        String recipe = null;
        long version = 0;
        String created = "";
        String updated = "";
        try (JsonParser json = JSON.createParser(event.tail(), event.dataOffset(), event.dataLength())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("event " + event.seq() + " does not hold an order");
            }
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                switch (field) {
                    case "device_id" -> device = json.getText();
                    case "partner_id" -> partner = json.getText();
                    case "status" -> status = json.getText();
                    case "recipe_id" -> recipe = json.getText();
                    case "version" -> version = json.getLongValue();
                    case "created_at" -> created = json.getText();
                    case "updated_at" -> updated = json.getText();
                    default -> json.skipChildren();
                }
            }
            return new OrderRow(
                    idOf(key),
                    device,
                    partner,
                    status,
                    recipe,
                    version,
                    Instant.parse(created).toEpochMilli(),
                    Instant.parse(updated).toEpochMilli());
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("event " + event.seq() + " does not hold an order", e);
        }
    }

    /** The id in this database of the order with {@code key} in the log. */
    static UUID idOf(long key) {
        return new UUID(0, key);
    }

    /** The key in the log of the order with {@code id} in this database. */
    static long keyOf(UUID id) {
        return id.getLeastSignificantBits();
    }
}
