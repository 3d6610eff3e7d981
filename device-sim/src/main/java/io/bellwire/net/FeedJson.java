package io.bellwire.net;

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

/** What the server's JSON means to a device. Each method throws {@link IOException} that says what is wrong with it. */
final class FeedJson {
    /** What is handed on to the application has its numbers as the server sent them. */
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
            throw new IOException("the snapshot has no orders");
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
        return DeviceCursor.parse(text).orElseThrow(() -> new IOException("not a cursor"));
    }

    static FeedChange change(JsonNode node) throws IOException {
        DeviceCursor cursor = cursor(node.path("id").asText());
        if (node.path("revision").asLong() != cursor.revision()) {
            throw new IOException("the revision of change " + cursor + " is another than its id's");
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
            throw new IOException("an order without id or version");
        }
        return new OrderSnapshot(node.path("id").asText(), node.path("version").asLong(), node.toString());
    }

    /** A link is followed with the device's secret, so it must not lead to another server. */
    private static @Nullable String checkedLink(String link) throws IOException {
        if (!link.startsWith("/v1/")) {
            throw new IOException("the snapshot's next link leads elsewhere");
        }
        return link;
    }
}
