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
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The facts of an event as they can be read from what the log keeps of it. Immutable. */
public final class KeptEvent implements EventFacts {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] BRACE = {'{'};
    /** What an order's event is known by, next to all of its data. */
    private static final Set<String> ORDER_FIELDS = Set.of("device_id", "partner_id", "status", "recipe_id");

    private static final String ORDERS = "/v1/orders/feed";

    private final Map<String, String> attributes;
    private final boolean isOrders;

    private KeptEvent(Map<String, String> attributes, boolean isOrders) {
        this.attributes = attributes;
        this.isOrders = isOrders;
    }

    /** Reads {@code event}. */
    public static KeptEvent of(Event event) {
        Map<String, String> attributes = new HashMap<>();
        boolean isOrders = event.orderKey() != 0;
        try (InputStream bytes = new SequenceInputStream(
                        new ByteArrayInputStream(BRACE), new ByteArrayInputStream(event.tail()));
                JsonParser json = JSON.createParser(bytes)) {
            json.nextToken();
            scalars(json, "", attributes, isOrders);
        } catch (IOException e) {
            throw new UncheckedIOException("an event that the log keeps is no JSON", e);
        }
        return new KeptEvent(attributes, isOrders);
    }

    /** Of an object whose opening brace was read: the scalar members, and those of {@code data}. */
    private static void scalars(JsonParser json, String prefix, Map<String, String> into, boolean isOrders)
            throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value.isScalarValue()) {
                if (value != JsonToken.VALUE_NULL) {
                    into.put(prefix + name, json.getText());
                    if (isOrders && !prefix.isEmpty() && ORDER_FIELDS.contains(name)) {
                        into.put(name, json.getText());
                    }
                }
            } else if (value == JsonToken.START_OBJECT && prefix.isEmpty() && name.equals("data")) {
                scalars(json, "data.", into, isOrders);
            } else {
                json.skipChildren();
            }
        }
    }

    @Override
    public String type() {
        return attributes.getOrDefault("type", "");
    }

    @Override
    public String source() {
        return isOrders ? ORDERS : attributes.getOrDefault("originsource", ORDERS);
    }

    @Override
    public @Nullable String attribute(String name) {
        return attributes.get(name);
    }
}
