package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.registry.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An order as its source asks for it, checked. Immutable. Its JSON is made beforehand, but for what only the log knows: id,
 * version and times.
 */
public final class OrderDraft {
    private static final Set<String> FIELDS = Set.of("device_id", "partner_id", "recipe_id", "volume", "data");
    private static final Pattern PARTNER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int RECIPE_LENGTH_MAX = 128;
    private static final int VOLUME_LENGTH_MAX = 64;

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
        if (!request.isObject()) {
            throw new InvalidOrderException("the body must be a JSON object");
        }
        request.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw new InvalidOrderException("unknown field " + quote(name));
            }
        });
        String device = text(request, "device_id");
        if (device == null) {
            throw new InvalidOrderException("device_id is missing");
        }
        if (!DeviceId.isValid(device)) {
            throw new InvalidOrderException("device_id must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
        String partner = text(request, "partner_id");
        if (partner != null && !PARTNER.matcher(partner).matches()) {
            throw new InvalidOrderException("partner_id must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
        StringBuilder after = new StringBuilder();
        String recipe = text(request, "recipe_id");
        if (recipe != null) {
            requireLength("recipe_id", recipe, RECIPE_LENGTH_MAX);
            after.append(",\"recipe_id\":").append(request.get("recipe_id"));
        }
        JsonNode volume = request.get("volume");
        if (volume != null) {
            if (volume.isTextual()) {
                requireLength("volume", volume.textValue(), VOLUME_LENGTH_MAX);
            } else if (!volume.isNumber()) {
                throw new InvalidOrderException("volume must be a string or a number");
            }
            after.append(",\"volume\":").append(volume);
        }
        JsonNode data = request.get("data");
        if (data != null) {
            if (!data.isObject()) {
                throw new InvalidOrderException("data must be a JSON object");
            }
            after.append(",\"data\":").append(data);
        }
        String before = "\",\"device_id\":\"" + device + (partner == null ? "" : "\",\"partner_id\":\"" + partner);
        return new OrderDraft(new DeviceId(device), partner, before, after.toString());
    }

    private static @Nullable String text(JsonNode request, String field) {
        JsonNode value = request.get(field);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw new InvalidOrderException(field + " must be a string");
        }
        return value.textValue();
    }

    private static void requireLength(String field, String value, int lengthMax) {
        if (value.isEmpty() || value.length() > lengthMax) {
            throw new InvalidOrderException(field + " must have 1 to " + lengthMax + " characters");
        }
    }

    private static String quote(String name) {
        return '"' + (name.length() > 64 ? name.substring(0, 64) + "..." : name) + '"';
    }

    public DeviceId device() {
        return device;
    }

    /** The partner's id, if the order has one. */
    public @Nullable String partner() {
        return partner;
    }

    /** About how many bytes the draft takes. */
    public int bytes() {
        return beforeStatus.length() + afterStatus.length();
    }

    /** The new order's JSON, UTF-8. */
    byte[] json(OrderId id, String time) {
        return ("{\"id\":\"" + id + beforeStatus + "\",\"status\":\"new\"" + afterStatus
                        + ",\"version\":1,\"created_at\":\"" + time + "\",\"updated_at\":\"" + time + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
