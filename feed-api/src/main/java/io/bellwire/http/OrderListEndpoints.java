package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.feed.CursorCheck;
import io.bellwire.feed.FeedRead;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.log.Timestamps;
import io.bellwire.order.Order;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Lists of orders for callers that poll: which were made, and which wait for the caller. Thread-safe. */
final class OrderListEndpoints {
    private static final long BYTES_MAX = 8 << 20;

    private final EventLog log;
    private final OrderStore orderStore;
    private final CursorCheck cursorCheck;

    OrderListEndpoints(EventLog log, OrderStore orderStore) {
        this.log = log;
        this.orderStore = orderStore;
        this.cursorCheck = new CursorCheck(log);
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.get(
                        "/v1/orders/created-history",
                        ApiRoute.Access.AUTHENTICATED,
                        Set.of("older_than", "newer_than", "limit"),
                        this::listCreatedHistory),
                ApiRoute.get(
                        "/v1/orders/pending",
                        ApiRoute.Access.AUTHENTICATED,
                        Set.of("cursor", "limit"),
                        this::listPending));
    }

    private CompletionStage<ApiResponse> listCreatedHistory(ApiCall call) {
        if (call.caller().isDevice()) {
            throw new ProblemException(Problem.forbidden("a device reads its own feed"));
        }
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        Optional<Cursor> olderThan = cursor(call, "older_than");
        Optional<Cursor> newerThan = cursor(call, "newer_than");
        FeedId id = call.caller().partnerId().map(FeedId::ofPartnerCreated).orElse(FeedId.ORDERS_CREATED);
        return log.onReader(() -> {
            Feed feed = log.getOrCreateFeed(id);
            requireInLog(feed, olderThan);
            requireInLog(feed, newerThan);
            if (newerThan.isPresent()
                    && newerThan.get().revision().isBefore(feed.earliest().revision())) {
                throw resetProblem(feed, FeedRead.Reason.BEFORE_RETENTION); // the caller would miss the deleted changes
            }
            long head = feed.head().value();
            long last = Math.min(
                    head, olderThan.map(cursor -> cursor.revision().value()).orElse(head + 1) - 1);
            long first = Math.max(
                    feed.first().value(),
                    Math.max(newerThan.map(cursor -> cursor.revision().value()).orElse(0L) + 1, last - limit + 1));
            ObjectNode json = Json.MAPPER.createObjectNode();
            ArrayNode events = json.putArray("orders_created_events");
            if (first <= last) {
                List<Change> changes =
                        log.store().read(feed, new Revision(first - 1), new Revision(last), limit, Long.MAX_VALUE);
                for (int i = changes.size() - 1; i >= 0; i--) {
                    Change change = changes.get(i);
                    ObjectNode event = events.addObject();
                    event.put("id", feed.cursor(change.position()).toString());
                    event.put(
                            "occurred_at",
                            Timestamps.format(
                                    Instant.ofEpochMilli(change.event().atMillis())));
                    event.put(
                            "order_id",
                            OrderId.subjectOf(change.event())
                                    .map(OrderId::toString)
                                    .orElse("null"));
                }
            }
            return ApiResponse.json(200, json).with("Cache-Control", "no-store");
        });
    }

    private static Optional<Cursor> cursor(ApiCall call, String name) {
        return Optional.ofNullable(call.query().get(name)).map(text -> FeedEndpoint.parseCursor(name, text));
    }

    private void requireInLog(Feed feed, Optional<Cursor> cursor) {
        cursor.flatMap(cursorOfQuery -> cursorCheck.checkNow(feed, cursorOfQuery))
                .filter(reason ->
                        reason != FeedRead.Reason.BEFORE_RETENTION) // older_than needs no changes before its cursor
                .ifPresent(reason -> {
                    throw resetProblem(feed, reason);
                });
    }

    private static ProblemException resetProblem(Feed feed, FeedRead.Reason reason) {
        return new ProblemException(
                FeedEndpoint.resetProblem(feed.id(), new FeedRead.Reset(reason, feed.cursor(feed.earliest()))));
    }

    /** The undecided orders in the caller's feed, from the given cursor or from its processed position. */
    private CompletionStage<ApiResponse> listPending(ApiCall call) {
        Feed feed = call.caller()
                .account()
                .orElseThrow(() -> new ProblemException(
                        Problem.forbidden("orders wait for a device or a partner; the operator is neither")))
                .feed();
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        Optional<Cursor> cursor = cursor(call, "cursor");
        return log.onReader(() -> {
            requireInLog(feed, cursor);
            Revision head = feed.head();
            Position after = cursor.map(Cursor::position)
                    .orElseGet(() -> feed.processedPosition().furthest(feed.earliest()));
            List<Change> changes = log.store().read(feed, after.revision(), head, limit, BYTES_MAX);
            if (changes.isEmpty() && after.revision().isBefore(head)) {
                throw resetProblem(feed, FeedRead.Reason.BEFORE_RETENTION);
            }
            Position next =
                    changes.isEmpty() ? after : changes.get(changes.size() - 1).position();
            Set<OrderId> ids = new LinkedHashSet<>();
            changes.forEach(change -> OrderId.subjectOf(change.event()).ifPresent(ids::add));
            Map<OrderId, StoredOrder> stored = new HashMap<>();
            orderStore.find(ids).forEach(order -> stored.put(order.id(), order));
            List<StoredOrder> orders = new ArrayList<>();
            for (OrderId id : ids) { // in the feed's order
                StoredOrder order = stored.get(id);
                if (order != null) {
                    orders.add(order);
                }
            }
            return pendingResponse(orders, feed.cursor(next), !next.revision().isBefore(head));
        });
    }

    private static ApiResponse pendingResponse(List<StoredOrder> orders, Cursor next, boolean isUpToDate) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes("{\"orders\":[".getBytes(StandardCharsets.US_ASCII));
        boolean isFirst = true;
        for (StoredOrder stored : orders) {
            if (Order.of(stored.latest()).status().isPending()) {
                if (!isFirst) {
                    json.write(',');
                }
                isFirst = false;
                json.writeBytes(stored.latest().json().data());
            }
        }
        json.writeBytes(("],\"cursor\":\"" + next + "\"}").getBytes(StandardCharsets.US_ASCII));
        return new ApiResponse(200, ApiResponse.JSON, json.toByteArray(), Map.of())
                .with("Cache-Control", "no-store")
                .with("Bellwire-Up-To-Date", Boolean.toString(isUpToDate));
    }
}
