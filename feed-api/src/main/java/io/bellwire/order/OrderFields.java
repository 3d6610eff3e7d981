package io.bellwire.order;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the fields of an order may be, wherever they come from. */
final class OrderFields {
    static final int RECIPE_LENGTH_MAX = 128;
    static final int VOLUME_LENGTH_MAX = 64;
    static final int REASON_LENGTH_MAX = 256;
    private static final Pattern PARTNER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
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

    /** The text of the field, or null if it is absent. */
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
        if (!PARTNER.matcher(partner).matches()) {
            throw new InvalidOrderException("partner_id must be 1 to 64 of A-Z a-z 0-9 _ -");
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
