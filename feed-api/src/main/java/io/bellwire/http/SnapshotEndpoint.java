package io.bellwire.http;

import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.order.Order;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import io.bellwire.registry.Registry;
import java.io.ByteArrayOutputStream;
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
            return log.onReader(
                    () -> page(call, cursor, orderStore.ofDevice(feed, after, limit + 1), limit, endedAfter));
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

    private static ApiResponse page(
            ApiCall call, Cursor cursor, List<StoredOrder> orders, int limit, Optional<Instant> endedAfter) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(ascii("{\"orders\":["));
        int count = Math.min(limit, orders.size());
        boolean isFirst = true;
        for (StoredOrder order : orders.subList(0, count)) {
            if (!isLeftOut(order, endedAfter)) {
                if (!isFirst) {
                    json.write(',');
                }
                isFirst = false;
                json.writeBytes(order.latest().json().data());
            }
        }
        json.writeBytes(ascii("],\"cursor\":\"" + cursor + "\""));
        if (orders.size() > limit) {
            json.writeBytes(ascii(",\"next\":\"/v1/devices/" + call.pathParameter("id") + "/orders?after="
                    + orders.get(limit - 1).id() + "&limit=" + limit
                    + endedAfter
                            .map(time -> "&ended_after=" + endedAfterEncoded(call))
                            .orElse("") + "\""));
        }
        json.write('}');
        return new ApiResponse(200, ApiResponse.JSON, json.toByteArray(), Map.of("Cache-Control", "no-store"));
    }

    private static String endedAfterEncoded(ApiCall call) {
        return URLEncoder.encode(String.valueOf(call.query().get("ended_after")), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
