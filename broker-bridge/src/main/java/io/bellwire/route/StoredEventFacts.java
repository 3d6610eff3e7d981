package io.bellwire.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwire.feed.EventFacts;
import io.bellwire.log.Event;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts of an event, read from its stored JSON. Reads them at the first use, since many routes use none. Not
 * thread-safe.
 */
public final class StoredEventFacts implements EventFacts {
    private static final JsonFactory JSON = new JsonFactory();
    /** The fields of an order that are attributes of its events, besides the scalar fields of the order's data. */
    private static final Set<String> ORDER_FIELDS = Set.of("device_id", "partner_id", "status", "recipe_id");

    private static final String ORDERS_SOURCE = "/v1/orders/feed";

    private final Event event;
    private final boolean isOrder;
    private @Nullable Map<String, String> attributes;

    public StoredEventFacts(Event event) {
        this.event = event;
        this.isOrder = event.subject() != null;
    }

    private Map<String, String> attributes() {
        if (attributes == null) {
            attributes = read();
        }
        return attributes;
    }

    private Map<String, String> read() {
        Map<String, String> read = new HashMap<>();
        try (JsonParser json = JSON.createParser(event.json().object())) {
            json.nextToken();
            event(json, isOrder, read);
        } catch (IOException broken) {
            // must not prevent signals to others: keeps the attributes that could be read
            return read;
        }
        return read;
    }

    /** Reads the attributes of an event whose opening brace was read; of an order's event also those of the order. */
    private static void event(JsonParser json, boolean isOrder, Map<String, String> attributes) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (isOrder && name.equals("data") && value == JsonToken.START_OBJECT) {
                order(json, attributes);
            } else if (name.equals("data")) {
                json.skipChildren();
            } else {
                put(json, name, attributes);
            }
        }
    }

    private static void order(JsonParser json, Map<String, String> attributes) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("data") && value == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String field = "data." + json.currentName();
                    json.nextToken();
                    put(json, field, attributes);
                }
            } else if (ORDER_FIELDS.contains(name)) {
                put(json, name, attributes);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Stores the value that was just read if it is text, a number or a truth value. */
    private static void put(JsonParser json, String name, Map<String, String> attributes) throws IOException {
        JsonToken value = json.currentToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            attributes.put(name, json.getText());
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
        return isOrder ? ORDERS_SOURCE : attributes().getOrDefault("originsource", ORDERS_SOURCE);
    }

    @Override
    public @Nullable String attribute(String name) {
        return attributes().get(name);
    }
}
