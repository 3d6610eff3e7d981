package io.bellwire.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FeedChange;
import io.bellwire.device.ListedChange;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.SignalTier;
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
    public static ReceivedSignal parse(byte[] payload) throws IOException {
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
        @Nullable SignalTier tier = tier(root.path("tier"));
        List<ListedChange> events = new ArrayList<>();
        List<FeedChange> changes = new ArrayList<>();
        @Nullable DeviceCursor from = null;
        if (tier == SignalTier.EVENT) {
            for (JsonNode node : list(root, "events")) {
                events.add(listed(node));
            }
        } else if (tier == SignalTier.FULL) {
            for (JsonNode node : list(root, "changes")) {
                changes.add(FeedJson.change(node));
            }
            from = FeedJson.cursor(root.path("from").asText());
        }
        if ((tier == SignalTier.EVENT || tier == SignalTier.FULL)
                && number(root, "after") != revision - events.size() - changes.size()) {
            throw new IOException("what it lists does not lead from after to revision");
        }
        try {
            return new ReceivedSignal(
                    epoch, revision, spreadMillis, events, changes, from, tier(root.path("reduced_from")));
        } catch (IllegalArgumentException contradiction) {
            throw new IOException(contradiction.getMessage(), contradiction);
        }
    }

    private static ListedChange listed(JsonNode node) throws IOException {
        JsonNode order = node.path("order_id");
        ListedChange listed = new ListedChange(
                FeedJson.cursor(node.path("id").asText()),
                node.path("type").asText(),
                order.isTextual() ? order.textValue() : null);
        if (number(node, "revision") != listed.cursor().revision()) {
            throw new IOException("the revision of event " + listed.cursor() + " is another than its id's");
        }
        return listed;
    }

    private static @Nullable SignalTier tier(JsonNode name) {
        return switch (name.asText()) {
            case "event" -> SignalTier.EVENT;
            case "full" -> SignalTier.FULL;
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
