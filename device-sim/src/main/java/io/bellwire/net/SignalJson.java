package io.bellwire.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.device.Change;
import io.bellwire.device.Cursor;
import io.bellwire.device.Listed;
import io.bellwire.device.Signal;
import io.bellwire.device.Tier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a doorbell's message means to a device, whatever it came over. */
public final class SignalJson {
    /** No server sends more, and no device should read more than it expects. */
    private static final int PAYLOAD_BYTES_MAX = 65_536;

    private SignalJson() {}

    /**
     * The signal that {@code payload} is. Members that are not known are passed over, and a tier that is not known tells
     * no more than a plain signal: a newer server may have more to say.
     *
     * @throws IOException that says what is wrong with it; a message that is wrong in part is not believed in any
     */
    public static Signal parse(byte[] payload) throws IOException {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IOException("too long for a signal");
        }
        JsonNode root = FeedJson.JSON.readTree(payload);
        if (root == null || !root.path("epoch").isTextual()) {
            throw new IOException("not a signal");
        }
        String epoch = root.path("epoch").textValue();
        long revision = number(root, "revision");
        long spreadMillis = root.has("spread_ms") ? number(root, "spread_ms") : 0;
        @Nullable Tier tier = tier(root.path("tier"));
        List<Listed> events = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        @Nullable Cursor from = null;
        if (tier == Tier.EVENT) {
            for (JsonNode node : list(root, "events")) {
                events.add(listed(node));
            }
        } else if (tier == Tier.FULL) {
            for (JsonNode node : list(root, "changes")) {
                changes.add(FeedJson.change(node));
            }
            from = FeedJson.cursor(root.path("from").asText());
        }
        if ((tier == Tier.EVENT || tier == Tier.FULL)
                && number(root, "after") != revision - events.size() - changes.size()) {
            throw new IOException("what it lists does not lead from after to revision");
        }
        try {
            return new Signal(epoch, revision, spreadMillis, events, changes, from, tier(root.path("reduced_from")));
        } catch (IllegalArgumentException contradiction) {
            throw new IOException(contradiction.getMessage(), contradiction);
        }
    }

    private static Listed listed(JsonNode node) throws IOException {
        JsonNode order = node.path("order_id");
        Listed listed = new Listed(
                FeedJson.cursor(node.path("id").asText()),
                node.path("type").asText(),
                order.isTextual() ? order.textValue() : null);
        if (number(node, "revision") != listed.cursor().revision()) {
            throw new IOException("the revision of event " + listed.cursor() + " is another than its id's");
        }
        return listed;
    }

    private static @Nullable Tier tier(JsonNode name) {
        return switch (name.asText()) {
            case "event" -> Tier.EVENT;
            case "full" -> Tier.FULL;
            default -> null;
        };
    }

    private static JsonNode list(JsonNode node, String name) throws IOException {
        JsonNode list = node.path(name);
        if (!list.isArray() || list.isEmpty()) {
            throw new IOException("a signal of this tier without " + name);
        }
        return list;
    }

    private static long number(JsonNode node, String name) throws IOException {
        JsonNode number = node.path(name);
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
            throw new IOException(name + " is not a number from 0");
        }
        return number.longValue();
    }
}
