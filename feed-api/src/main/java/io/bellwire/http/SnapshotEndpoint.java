package io.bellwire.http;

import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.order.Order;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import io.bellwire.registry.Registry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Serves the snapshot of a device in pages: all its orders, and the cursor from which to read on. Thread-safe. */
final class SnapshotEndpoint implements Endpoint {
    private static final Set<String> QUERY_PARAMETERS = Set.of("after", "limit", "ended_after");

    private final EventLog log;
    private final OrderStore orderStore;
    private final Registry registry;

    SnapshotEndpoint(EventLog log, OrderStore orderStore, Registry registry) {
        this.log = log;
        this.orderStore = orderStore;
        this.registry = registry;
    }

    ApiRoute route() {
        return ApiRoute.get("/v1/devices/{id}/orders", ApiRoute.Access.OPERATOR_OR_OWNER, QUERY_PARAMETERS, this);
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        int limit = call.limit(ApiCall.LIMIT_MAX);
        OrderId after = Optional.ofNullable(call.query().get("after"))
                .map(text -> OrderId.parse(text)
                        .orElseThrow(
                                () -> new ProblemException(Problem.invalidRequest("after must be the id of an order"))))
                .orElse(null);
        Optional<Instant> endedAfter =
                Optional.ofNullable(call.query().get("ended_after")).map(SnapshotEndpoint::parseTime);
        return registry.find(call.feed()).thenCompose(found -> {
            Feed feed = found.orElseThrow(call::noSuchAccount).feed();
            // the position is read first: the feed repeats changes that are committed while the orders are read
            Cursor cursor = feed.cursor(feed.headPosition());
            return log.onReader(() -> page(call, feed, cursor, after, limit, endedAfter));
        });
    }

    private static Instant parseTime(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ProblemException(
                    Problem.invalidRequest("ended_after must be an RFC 3339 time, such as 2026-11-20T08:00:00Z"));
        }
    }

    /** Whether the order ended before {@code endedAfter}. Its JSON is parsed only if it has not changed since then. */
    private static boolean isLeftOut(StoredOrder order, Optional<Instant> endedAfter) {
        return endedAfter.isPresent()
                && Instant.ofEpochMilli(order.latest().atMillis()).isBefore(endedAfter.get())
                && Order.of(order.latest()).status().next().isEmpty();
    }

    private ApiResponse page(
            ApiCall call, Feed feed, Cursor cursor, @Nullable OrderId first, int limit, Optional<Instant> endedAfter) {
        OrdersJson json = new OrdersJson();
        OrderId last = first;
        int count = 0;
        boolean isEnd = false;
        boolean isPageEnd = false;
        while (!isEnd && !isPageEnd) {
            // in steps, since 1,000 orders of the largest size are 64 MiB; one more than the page, to see whether it is
            // the last
            int wanted = Math.min(OrdersJson.READ_AT_ONCE, limit - count + 1);
            List<StoredOrder> orders = orderStore.ofDevice(feed, last, wanted);
            isEnd = orders.size() < wanted;
            for (StoredOrder order : orders) {
                if (count == limit || json.isFull()) {
                    isPageEnd = true;
                    break;
                }
                json.countRead(order.latest());
                if (!isLeftOut(order, endedAfter)) {
                    json.add(order);
                }
                last = order.id();
                count++;
            }
        }
        String next = isPageEnd ? ",\"next\":\"" + nextPath(call, last, limit) + "\"" : "";
        byte[] body = json.end(",\"cursor\":\"" + cursor + "\"" + next);
        return new ApiResponse(200, ApiResponse.JSON, body, Map.of("Cache-Control", "no-store"));
    }

    private static String nextPath(ApiCall call, @Nullable OrderId after, int limit) {
        String endedAfter = call.query().get("ended_after");
        return "/v1/devices/" + call.pathParameter("id") + "/orders?after=" + after + "&limit=" + limit
                + (endedAfter == null ? "" : "&ended_after=" + URLEncoder.encode(endedAfter, StandardCharsets.UTF_8));
    }
}
