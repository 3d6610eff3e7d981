package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request to change an order, checked: a JSON merge patch (RFC 7396) of the fields that may change. Immutable by
 * agreement.
 */
public final class OrderPatch {
    private static final Set<String> FIELDS = Set.of("status", "reason", "recipe_id", "volume", "data");
    private static final Set<String> FIXED =
            Set.of("id", "device_id", "partner_id", "version", "created_at", "updated_at");

    private final ObjectNode patch;
    private final @Nullable OrderStatus status;

    private OrderPatch(ObjectNode patch, @Nullable OrderStatus status) {
        this.patch = patch;
        this.status = status;
    }

    /** Checks {@code request}; {@link InvalidOrderException} names the first thing that is wrong. */
    public static OrderPatch of(JsonNode request) {
        OrderFields.requireObject(request);
        for (Iterator<String> names = request.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (FIXED.contains(name)) {
                throw new InvalidOrderException(name + " cannot be changed");
            }
        }
        OrderFields.requireKnown(request, FIELDS);
        check(request.get("recipe_id"), OrderFields::requireRecipe);
        check(request.get("volume"), OrderFields::requireVolume);
        JsonNode data = request.get("data");
        check(data, OrderFields::requireData);
        String text = OrderFields.text(request, "status");
        OrderStatus status = text == null ? null : OrderStatus.require("status", text);
        String reason = OrderFields.text(request, "reason");
        if (reason != null) {
            OrderFields.requireLength("reason", reason, OrderFields.REASON_LENGTH_MAX);
        }
        if (status != null && status.needsReason() && reason == null) {
            throw new InvalidOrderException("reason is missing: a rejection gives one");
        }
        if (reason != null && status == null) {
            throw new InvalidOrderException("reason goes with status");
        }
        return new OrderPatch((ObjectNode) request, status);
    }

    /** Checks the value, unless the patch does not have it or removes it. */
    private static void check(@Nullable JsonNode value, Consumer<JsonNode> check) {
        if (value != null && !value.isNull()) {
            check.accept(value);
        }
    }

    /** Whether the patch changes only the status and the reason for it. */
    boolean isStepOnly() {
        return status != null && patch.size() == (patch.has("reason") ? 2 : 1);
    }

    /**
     * Whether a device may make this change to its orders: it may change the status and the reason, and may not cancel.
     */
    public boolean isAllowedToDevices() {
        return isStepOnly() && status != null && status.isSetByDevices();
    }

    @Nullable OrderStatus status() {
        return status;
    }

    /** Applies the patch to {@code order}. The caller checks whether the step is allowed. */
    void applyTo(ObjectNode order) {
        if (status != null && !status.text().equals(order.path("status").asText())) {
            order.remove("reason"); // it is the reason of the step before, and not of this one
        }
        merge(order, patch);
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(field.getKey());
            } else if (value instanceof ObjectNode object) {
                JsonNode before = target.get(field.getKey());
                ObjectNode merged = before instanceof ObjectNode old ? old : target.objectNode();
                merge(merged, object);
                target.set(field.getKey(), merged);
            } else {
                target.set(field.getKey(), value);
            }
        }
    }
}
