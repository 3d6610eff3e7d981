package io.bellwire.device.net;

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

/** Parses the JSON of a signal. It is the same on every channel. */
public final class SignalJson {
    /** No server sends a longer signal. */
    private static final int PAYLOAD_BYTES_MAX = 65_536;

    private SignalJson() {}

    /**
     * Parses a signal. Unknown members are ignored, and an unknown tier is read as the tier {@link SignalTier#SIGNAL},
     * because a newer server may send them.
     *
     * @throws IOException that says what is wrong; a payload with one error is rejected as a whole
     */
    public static ReceivedSignal parse(byte[] payload) throws IOException {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IOException("a signal has at most " + PAYLOAD_BYTES_MAX + " bytes, these are " + payload.length);
        }
        JsonNode root = FeedJson.JSON.readTree(payload);
        if (root == null || !root.path("epoch").isTextual()) {
            throw new IOException("not a signal: it has no epoch");
        }
        String epoch = root.path("epoch").textValue();
        long revision = wholeNumber(root, "revision");
        long spreadMillis = root.has("spread_ms") ? wholeNumber(root, "spread_ms") : 0;
        @Nullable SignalTier tier = tier(root.path("tier"));
        List<ListedChange> events = new ArrayList<>();
        List<FeedChange> changes = new ArrayList<>();
        @Nullable DeviceCursor from = null;
        if (tier == SignalTier.EVENT) {
            for (JsonNode node : nonEmptyArray(root, "events")) {
                events.add(listedChange(node));
            }
        } else if (tier == SignalTier.FULL) {
            for (JsonNode node : nonEmptyArray(root, "changes")) {
                changes.add(FeedJson.change(node));
            }
            from = FeedJson.cursor(root.path("from").asText());
        }
        if (tier == SignalTier.EVENT || tier == SignalTier.FULL) {
            long after = wholeNumber(root, "after");
            long expected = revision - events.size() - changes.size();
            if (after != expected) {
                throw new IOException("after must be " + expected + ", is " + after);
            }
        }
        try {
            return new ReceivedSignal(
                    epoch, revision, spreadMillis, events, changes, from, tier(root.path("reduced_from")));
        } catch (IllegalArgumentException contradiction) {
            throw new IOException(contradiction.getMessage(), contradiction);
        }
    }

    private static ListedChange listedChange(JsonNode node) throws IOException {
        JsonNode order = node.path("order_id");
        ListedChange listed = new ListedChange(
                FeedJson.cursor(node.path("id").asText()),
                node.path("type").asText(),
                order.isTextual() ? order.textValue() : null);
        long revision = wholeNumber(node, "revision");
        if (revision != listed.cursor().revision()) {
            throw new IOException(
                    "event " + listed.cursor() + " has the revision " + revision + ", which is not that of its id");
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

    private static JsonNode nonEmptyArray(JsonNode node, String name) throws IOException {
        JsonNode array = node.path(name);
        if (!array.isArray() || array.isEmpty()) {
            throw new IOException("a signal of this tier must have an array " + name + " that is not empty");
        }
        return array;
    }

    private static long wholeNumber(JsonNode node, String name) throws IOException {
        JsonNode number = node.path(name);
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
            throw new IOException(
                    name + " must be a whole number from 0, is " + (number.isNumber() ? number : number.getNodeType()));
        }
        return number.longValue();
    }
}
