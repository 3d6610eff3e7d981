package io.bellwire.device.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import io.bellwire.device.OrderSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the feed's JSON. Each method throws an {@link IOException} that says what is wrong with the JSON. */
final class FeedJson {
    /** Keeps numbers as the server has written them, because the application gets the JSON. */
    static final ObjectMapper JSON =
            JsonMapper.builder().addModule(WrittenNumbers.module()).build();

    private static final String ORDER_TYPES = "io.bellwire.order.";

    private FeedJson() {}

    static List<FeedChange> changes(byte[] body) throws IOException {
        JsonNode root = JSON.readTree(body);
        if (root == null || !root.isArray()) {
            throw new IOException("the feed's page is not an array");
        }
        List<FeedChange> changes = new ArrayList<>(root.size());
        for (JsonNode node : root) {
            changes.add(change(node));
        }
        return changes;
    }

    static FetchResult.Snapshot snapshot(byte[] body) throws IOException {
        JsonNode root = JSON.readTree(body);
        if (root == null || !root.path("orders").isArray()) {
            throw new IOException("the snapshot has no array of orders");
        }
        List<OrderSnapshot> orders = new ArrayList<>(root.path("orders").size());
        for (JsonNode node : root.path("orders")) {
            orders.add(order(node));
        }
        JsonNode next = root.path("next");
        return new FetchResult.Snapshot(
                orders, cursor(root.path("cursor").asText()), next.isTextual() ? checkedLink(next.asText()) : null);
    }

    static FetchResult.Reset reset(byte[] body) throws IOException {
        JsonNode problem = JSON.readTree(body);
        return new FetchResult.Reset(
                problem.path("reason").asText(),
                DeviceCursor.parse(problem.path("earliest").asText()).orElse(null));
    }

    static DeviceCursor cursor(String text) throws IOException {
        return DeviceCursor.parse(text)
                .orElseThrow(() -> new IOException("a cursor must be like EPOCH.REVISION.CHAIN"));
    }

    static FeedChange change(JsonNode node) throws IOException {
        DeviceCursor cursor = cursor(node.path("id").asText());
        if (node.path("revision").asLong() != cursor.revision()) {
            throw new IOException("change " + cursor + " has the revision "
                    + node.path("revision").asLong() + ", which is not that of its id");
        }
        String type = node.path("type").asText();
        if (!type.startsWith(ORDER_TYPES)) {
            return new FeedChange(cursor, type, null, 0, node.toString());
        }
        OrderSnapshot order = order(node.path("data"));
        return new FeedChange(cursor, type, order.id(), order.version(), node.toString());
    }

    private static OrderSnapshot order(JsonNode node) throws IOException {
        if (!node.path("id").isTextual() || node.path("version").asLong() < 1) {
            throw new IOException("an order has no id, or no version from 1");
        }
        return new OrderSnapshot(node.path("id").asText(), node.path("version").asLong(), node.toString());
    }

    /** The link is requested with the device's secret, so it must not lead to another server. */
    private static @Nullable String checkedLink(String link) throws IOException {
        if (!link.startsWith("/v1/")) {
            throw new IOException("the snapshot's next link must begin with /v1/");
        }
        return link;
    }
}
