package io.bellwire.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwire.feed.EventFacts;
import io.bellwire.log.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts of an event as they can be read from what the log keeps of it. Read when first asked for: many routes ask for
 * nothing. Not thread-safe.
 */
public final class StoredEventFacts implements EventFacts {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] BRACE = {'{'};
    /** What an order's event is known by, next to the scalar fields of the order's data. */
    private static final Set<String> ORDER_FIELDS = Set.of("device_id", "partner_id", "status", "recipe_id");

    private static final String ORDERS = "/v1/orders/feed";

    private final Event event;
    private final boolean isOrders;
    private @Nullable Map<String, String> attributes;

    public StoredEventFacts(Event event) {
        this.event = event;
        this.isOrders = event.order() != null;
    }

    private Map<String, String> attributes() {
        if (attributes == null) {
            attributes = read();
        }
        return attributes;
    }

    private Map<String, String> read() {
        Map<String, String> read = new HashMap<>();
        InputStream object =
                new SequenceInputStream(new ByteArrayInputStream(BRACE), new ByteArrayInputStream(event.tail()));
        try (JsonParser json = JSON.createParser(object)) {
            json.nextToken();
            event(json, isOrders, read);
        } catch (IOException broken) {
            // nobody else must go unheard for it: it is known by what could be read
            return read;
        }
        return read;
    }

    /** Of an event whose opening brace was read: what it has around its data, and of an order's the order. */
    private static void event(JsonParser json, boolean isOrders, Map<String, String> into) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (isOrders && name.equals("data") && value == JsonToken.START_OBJECT) {
                order(json, into);
            } else if (name.equals("data")) {
                json.skipChildren();
            } else {
                put(json, name, into);
            }
        }
    }

    private static void order(JsonParser json, Map<String, String> into) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("data") && value == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String field = "data." + json.currentName();
                    json.nextToken();
                    put(json, field, into);
                }
            } else if (ORDER_FIELDS.contains(name)) {
                put(json, name, into);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Keeps the value that was just read if it is text, a number or a truth value. */
    private static void put(JsonParser json, String name, Map<String, String> into) throws IOException {
        JsonToken value = json.currentToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            into.put(name, json.getText());
        } else {
            json.skipChildren();
        }
    }

    @Override
    public String type() {
        return attributes().getOrDefault("type", "");
    }

    @Override
    public String source() {
        return isOrders ? ORDERS : attributes().getOrDefault("originsource", ORDERS);
    }

    @Override
    public @Nullable String attribute(String name) {
        return attributes().get(name);
    }
}
