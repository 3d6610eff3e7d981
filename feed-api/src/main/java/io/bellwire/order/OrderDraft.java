package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Timestamps;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request for a new order, checked. Its JSON is rendered at once, except for id, status, version and times.
 * Immutable.
 */
public final class OrderDraft {
    private static final Set<String> FIELDS = Set.of("device_id", "partner_id", "recipe_id", "volume", "data");

    private final DeviceId device;
    private final @Nullable String partner;
    private final String beforeStatus;
    private final String afterStatus;

    private OrderDraft(DeviceId device, @Nullable String partner, String beforeStatus, String afterStatus) {
        this.device = device;
        this.partner = partner;
        this.beforeStatus = beforeStatus;
        this.afterStatus = afterStatus;
    }

    /** Checks {@code request}; {@link InvalidOrderException} names the first thing that is wrong. */
    public static OrderDraft of(JsonNode request) {
        OrderFields.requireObject(request);
        OrderFields.requireKnown(request, FIELDS);
        String device = OrderFields.text(request, "device_id");
        if (device == null) {
            throw new InvalidOrderException("device_id is missing");
        }
        if (!DeviceId.isValid(device)) {
            throw new InvalidOrderException("device_id must be " + DeviceId.FORM);
        }
        String partner = OrderFields.text(request, "partner_id");
        if (partner != null) {
            OrderFields.requirePartner(partner);
        }
        StringBuilder after = new StringBuilder();
        append(after, "recipe_id", request.get("recipe_id"), OrderFields::requireRecipe);
        append(after, "volume", request.get("volume"), OrderFields::requireVolume);
        append(after, "data", request.get("data"), OrderFields::requireData);
        String before = "\",\"device_id\":\"" + device + (partner == null ? "" : "\",\"partner_id\":\"" + partner);
        return new OrderDraft(new DeviceId(device), partner, before, after.toString());
    }

    private static void append(StringBuilder json, String field, @Nullable JsonNode value, Consumer<JsonNode> check) {
        if (value != null) {
            check.accept(value);
            json.append(",\"").append(field).append("\":").append(value);
        }
    }

    public DeviceId device() {
        return device;
    }

    /** The partner's id, if the order has one. */
    public @Nullable String partner() {
        return partner;
    }

    /** How many bytes the draft takes, about. */
    public int bytes() {
        return beforeStatus.length() + afterStatus.length();
    }

    /** The JSON of the new order, with both of its times {@link Timestamps#UNKNOWN}. */
    String json(OrderId id) {
        return json(id.toString());
    }

    /** The same before the order has an id. */
    String json() {
        return json("");
    }

    private String json(String id) {
        return "{\"id\":\"" + id + beforeStatus + "\",\"status\":\"" + OrderStatus.INITIAL.text() + "\"" + afterStatus
                + ",\"version\":1,\"created_at\":\"" + Timestamps.UNKNOWN + "\",\"updated_at\":\""
                + Timestamps.UNKNOWN + "\"}";
    }
}
