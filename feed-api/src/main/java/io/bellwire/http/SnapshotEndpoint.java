package io.bellwire.http;

import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.LogStore.StoredOrder;
import io.bellwire.order.OrderId;
import io.bellwire.registry.Registry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** All orders of a device as they are, and the cursor to go on from. Thread-safe. */
final class SnapshotEndpoint implements Endpoint {
    private static final int LIMIT_MAX = 1_000;

    private final EventLog log;
    private final Registry registry;

    SnapshotEndpoint(EventLog log, Registry registry) {
        this.log = log;
        this.registry = registry;
    }

    Route route() {
        return Route.read("/v1/devices/{id}/orders", Route.Access.OPERATOR_OR_OWNER, Set.of("after", "limit"), this);
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        int limit = Call.number("limit", call.query().get("limit"), 1, LIMIT_MAX, LIMIT_MAX);
        UUID after = Optional.ofNullable(call.query().get("after"))
                .map(text -> OrderId.parse(text)
                        .orElseThrow(
                                () -> new ProblemException(Problem.invalidRequest("after must be the id of an order"))))
                .map(OrderId::value)
                .orElse(null);
        return registry.find(call.feed()).thenCompose(found -> {
            Feed feed = found.orElseThrow(call::noSuchParty).feed();
            // the position is read first: what is committed while the orders are read comes again through the feed
            Cursor cursor = feed.cursor(feed.headPosition());
            return log.onReader(() -> page(call, cursor, log.store().ordersOf(feed, after, limit + 1), limit));
        });
    }

    private static Reply page(Call call, Cursor cursor, List<StoredOrder> orders, int limit) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(ascii("{\"orders\":["));
        int count = Math.min(limit, orders.size());
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                json.write(',');
            }
            json.writeBytes(orders.get(i).latest().data());
        }
        json.writeBytes(ascii("],\"cursor\":\"" + cursor + "\""));
        if (orders.size() > limit) {
            json.writeBytes(ascii(",\"next\":\"/v1/devices/" + call.pathParameter("id") + "/orders?after="
                    + orders.get(limit - 1).id() + "&limit=" + limit + "\""));
        }
        json.write('}');
        return new Reply(200, Reply.JSON, json.toByteArray(), Map.of("Cache-Control", "no-store"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
