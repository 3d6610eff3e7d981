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
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Lists of orders for callers that poll: which were made, and which wait for the caller. Thread-safe. */
final class OrderListEndpoints {
    private static final int CHANGES_READ_AT_ONCE = OrdersJson.READ_AT_ONCE;

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
            addNewestFirst(feed, first, last, events);
            return ApiResponse.json(200, json).with("Cache-Control", "no-store");
        });
    }

    /**
     * Adds the creations from {@code last} back to {@code first}; fewer, once the orders that were read for it are as
     * large as they may be for one answer. In steps, since each change has its whole order.
     */
    private void addNewestFirst(Feed feed, long first, long last, ArrayNode events) {
        long bytesRead = 0;
        for (long end = last; end >= first && bytesRead < OrdersJson.READ_BYTES_MAX; end -= CHANGES_READ_AT_ONCE) {
            long start = Math.max(first, end - CHANGES_READ_AT_ONCE + 1);
            List<Change> changes = log.store()
                    .read(feed, new Revision(start - 1), new Revision(end), CHANGES_READ_AT_ONCE, Long.MAX_VALUE);
            for (int i = changes.size() - 1; i >= 0; i--) {
                Change change = changes.get(i);
                bytesRead += change.event().json().length();
                ObjectNode event = events.addObject();
                event.put("id", feed.cursor(change.position()).toString());
                event.put(
                        "occurred_at",
                        Timestamps.format(Instant.ofEpochMilli(change.event().atMillis())));
                event.put(
                        "order_id",
                        OrderId.subjectOf(change.event()).map(OrderId::toString).orElse("null"));
            }
        }
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
            Position after = cursor.map(Cursor::position)
                    .orElseGet(() -> feed.processedPosition().furthest(feed.earliest()));
            return pendingPage(feed, after, limit);
        });
    }

    private ApiResponse pendingPage(Feed feed, Position after, int limit) {
        Revision head = feed.head();
        OrdersJson json = new OrdersJson();
        Set<OrderId> listed = new HashSet<>();
        Position last = after;
        int left = limit;
        boolean isPageEnd = !after.revision().isBefore(head);
        while (!isPageEnd) {
            List<Change> changes = log.store()
                    .read(feed, last.revision(), head, Math.min(left, CHANGES_READ_AT_ONCE), OrdersJson.PAGE_BYTES_MAX);
            if (changes.isEmpty()) {
                throw resetProblem(feed, FeedRead.Reason.BEFORE_RETENTION);
            }
            Position read = addPending(changes, listed, json);
            left -= Math.toIntExact(read.revision().minus(last.revision()));
            last = read;
            isPageEnd = json.isFull() || left == 0 || !last.revision().isBefore(head);
        }
        return new ApiResponse(200, ApiResponse.JSON, json.end(",\"cursor\":\"" + feed.cursor(last) + "\""), Map.of())
                .with("Cache-Control", "no-store")
                .with("Bellwire-Up-To-Date", Boolean.toString(!last.revision().isBefore(head)));
    }

    /**
     * Adds the undecided orders of the changes, each once and as it is now, until the page is full.
     *
     * @param listed the orders that are in the page, or need not be
     * @return the position up to which the changes were looked at
     */
    private Position addPending(List<Change> changes, Set<OrderId> listed, OrdersJson json) {
        Set<OrderId> ids = new HashSet<>();
        changes.forEach(change -> OrderId.subjectOf(change.event()).ifPresent(ids::add));
        ids.removeAll(listed);
        Map<OrderId, StoredOrder> stored = new HashMap<>();
        orderStore.find(ids).forEach(order -> stored.put(order.id(), order));
        for (Change change : changes) {
            json.countRead(change.event());
            StoredOrder order =
                    OrderId.subjectOf(change.event()).map(stored::remove).orElse(null);
            if (order != null) {
                listed.add(order.id());
                json.countRead(order.latest());
                if (Order.of(order.latest()).status().isPending()) {
                    json.add(order);
                }
            }
            if (json.isFull()) {
                return change.position();
            }
        }
        return changes.get(changes.size() - 1).position();
    }
}
