package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.json.WrittenNumbers;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Event;
import io.bellwire.log.Timestamps;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An order as its newest event in the log has it. Immutable by agreement. */
public final class Order {
    /** The size that a request may give an order, in bytes of UTF-8 JSON. */
    public static final int BYTES_MAX = 64 << 10;

    /** Keeps numbers as they were written. */
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().addModule(WrittenNumbers.module()).build();

    private static final List<String> FIELDS = List.of(
            "id",
            "device_id",
            "partner_id",
            "status",
            "reason",
            "recipe_id",
            "volume",
            "data",
            "version",
            "created_at",
            "updated_at");

    private final ObjectNode json;

    private Order(ObjectNode json) {
        this.json = json;
    }

    /** The order in {@code event}, which must be an order's. */
    public static Order of(Event event) {
        try {
            return new Order((ObjectNode) MAPPER.readTree(event.json().data()));
        } catch (IOException e) {
            throw new IllegalStateException("event " + event.eventNumber() + " does not hold an order", e);
        }
    }

    /** The order that {@code draft} asks for, as if it were created. */
    static Order of(OrderDraft draft) {
        try {
            return new Order((ObjectNode) MAPPER.readTree(draft.json()));
        } catch (IOException e) {
            throw new IllegalStateException("a draft is always JSON", e);
        }
    }

    /** A field of the order; a missing node if the order has no field of this name. */
    JsonNode field(String name) {
        return json.path(name);
    }

    public String id() {
        return json.path("id").asText();
    }

    public DeviceId device() {
        return new DeviceId(json.path("device_id").asText());
    }

    /** The partner's id, if the order has one. */
    public Optional<String> partner() {
        JsonNode partner = json.get("partner_id");
        return Optional.ofNullable(partner).map(JsonNode::asText);
    }

    public OrderStatus status() {
        return OrderStatus.parse(json.path("status").asText())
                .orElseThrow(() -> new IllegalStateException("an order in the log has an unknown status"));
    }

    public long version() {
        return json.path("version").asLong();
    }

    public Instant createdAt() {
        return Instant.parse(json.path("created_at").asText());
    }

    public Instant updatedAt() {
        return Instant.parse(json.path("updated_at").asText());
    }

    /** The version as an entity tag. */
    public String etag() {
        return "\"" + version() + "\"";
    }

    /**
     * The order with {@code patch} applied, as the next version, with a time of change that is not known yet; this
     * object if the patch changes nothing.
     */
    Order with(OrderPatch patch) {
        ObjectNode patched = json.deepCopy();
        patch.applyTo(patched);
        if (patched.equals(json)) {
            return this;
        }
        patched.put("version", version() + 1);
        patched.put("updated_at", Timestamps.UNKNOWN);
        ObjectNode ordered = json.objectNode();
        for (String field : FIELDS) {
            JsonNode value = patched.get(field);
            if (value != null) {
                ordered.set(field, value);
            }
        }
        return new Order(ordered);
    }

    /** The order as JSON, its fields in a fixed order. */
    String json() {
        return json.toString();
    }
}
