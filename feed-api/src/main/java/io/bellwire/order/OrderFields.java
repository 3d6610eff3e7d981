package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.DeviceId;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the fields of an order in a request, of a draft and of a patch alike. */
final class OrderFields {
    static final int RECIPE_LENGTH_MAX = 128;
    static final int VOLUME_LENGTH_MAX = 64;
    static final int REASON_LENGTH_MAX = 256;
    private static final int NAME_SHOWN_MAX = 64;

    private OrderFields() {}

    static void requireObject(JsonNode json) {
        if (!json.isObject()) {
            throw new InvalidOrderException("the body must be a JSON object");
        }
    }

    static void requireKnown(JsonNode json, Set<String> known) {
        for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new InvalidOrderException("unknown field \"" + shorten(name) + "\"");
            }
        }
    }

    private static String shorten(String name) {
        return name.length() > NAME_SHOWN_MAX ? name.substring(0, NAME_SHOWN_MAX) + "..." : name;
    }

    /** The text of the field; null if the field is absent. */
    static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw new InvalidOrderException(field + " must be a string");
        }
        return value.textValue();
    }

    static void requireLength(String field, String value, int lengthMax) {
        if (value.isEmpty() || value.length() > lengthMax) {
            throw new InvalidOrderException(field + " must have 1 to " + lengthMax + " characters");
        }
    }

    static void requirePartner(String partner) {
        if (!DeviceId.isValid(partner)) {
            throw new InvalidOrderException("partner_id must be " + DeviceId.FORM);
        }
    }

    static void requireRecipe(JsonNode recipe) {
        if (!recipe.isTextual()) {
            throw new InvalidOrderException("recipe_id must be a string");
        }
        requireLength("recipe_id", recipe.textValue(), RECIPE_LENGTH_MAX);
    }

    static void requireVolume(JsonNode volume) {
        if (volume.isTextual()) {
            requireLength("volume", volume.textValue(), VOLUME_LENGTH_MAX);
        } else if (!volume.isNumber()) {
            throw new InvalidOrderException("volume must be a string or a number");
        }
    }

    static void requireData(JsonNode data) {
        if (!data.isObject()) {
            throw new InvalidOrderException("data must be a JSON object");
        }
    }
}
