package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.Acknowledge;
import io.bellwire.log.Change;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Position;
import io.bellwire.order.Order;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.RefusalTexts;
import io.bellwire.order.StoredOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Changes the status of many orders in one request, and acknowledges for the caller all leading changes of its feed
 * whose orders are decided. Thread-safe.
 */
final class BulkEndpoint implements Endpoint {
    static final String PATH = "/v1/orders/bulk-status-change";
    static final int BODY_BYTES_MAX = 256 << 10;
    static final int ITEMS_MAX = 500;
    /** The size of all orders of a bulk change, each counted once, and of all its changes. */
    static final int ORDER_BYTES_MAX = 4 << 20;

    private static final int CHANGES_MAX = 10_000;
    /** The size of the changes and orders that one call looks at to acknowledge. */
    private static final long READ_BYTES_MAX = OrdersJson.READ_BYTES_MAX;

    private static final RefusalTexts REFUSALS = new RefusalTexts(
            refusal -> new String(OrderProblems.of(refusal).toResponse().body().bytes(), StandardCharsets.UTF_8));

    private final EventLog log;
    private final OrderStore orderStore;
    private final OrderAccess access;
    private final OrderChangeSubmitter orderChanges;

    BulkEndpoint(EventLog log, OrderStore orderStore, OrderAccess access, OrderChangeSubmitter orderChanges) {
        this.log = log;
        this.orderStore = orderStore;
        this.access = access;
        this.orderChanges = orderChanges;
    }

    ApiRoute route() {
        return ApiRoute.withBody(
                "POST", PATH, ApiRoute.Access.AUTHENTICATED, List.of(ApiResponse.JSON), BODY_BYTES_MAX, this);
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        JsonNode json = Json.parse(call.body());
        Json.requireFields(json, Set.of("status_changes"));
        JsonNode changes = json.get("status_changes");
        if (changes == null || !changes.isArray()) {
            throw new ProblemException(Problem.invalidRequest("status_changes must be an array"));
        }
        if (changes.size() > ITEMS_MAX) {
            throw new ProblemException(Problem.tooLarge("status_changes may have " + ITEMS_MAX + " items at most"));
        }
        List<JsonNode> items = new ArrayList<>();
        for (JsonNode item : changes) {
            if (!item.isObject() || !item.path("order_id").isTextual()) {
                throw new ProblemException(
                        Problem.invalidRequest("status_changes[" + items.size() + "] must be an object with order_id"));
            }
            items.add(item);
        }
        BulkPreparation preparation = new BulkPreparation(call.caller(), items, access, REFUSALS);
        return orderChanges
                .submit(
                        call,
                        () -> access.findTargets(call.caller(), preparation.orders(), ORDER_BYTES_MAX),
                        preparation)
                // a failure to move the position does not undo the change: the next call moves it
                .thenCompose(response -> moveProcessed(call.caller()).handle((unused, failure) -> response));
    }

    /** Moves the caller's processed position over all changes that follow it and whose orders are no longer new. */
    private CompletionStage<?> moveProcessed(Caller caller) {
        if (caller.isOperator()) {
            return CompletableFuture.completedFuture(null);
        }
        Feed feed = caller.account().orElseThrow().feed();
        return log.onReader(() -> decidedPrefix(feed)).thenCompose(decided -> {
            if (!decided.revision().isAfter(feed.processed())) {
                return CompletableFuture.completedFuture(null);
            }
            return log.submit(new Acknowledge(feed, decided)).thenApply(result -> null);
        });
    }

    private Position decidedPrefix(Feed feed) {
        // changes that retention has deleted need no decision
        Position decided = feed.processedPosition().furthest(feed.earliest());
        long bytesRead = 0;
        for (int count = 0; count < CHANGES_MAX && bytesRead < READ_BYTES_MAX; ) {
            List<Change> changes = log.store()
                    .read(feed, decided.revision(), feed.head(), OrdersJson.READ_AT_ONCE, OrdersJson.PAGE_BYTES_MAX);
            Set<OrderId> ids = new HashSet<>();
            changes.forEach(change -> OrderId.subjectOf(change.event()).ifPresent(ids::add));
            List<StoredOrder> orders = orderStore.find(ids);
            Position before = decided;
            decided = decidedPrefix(changes, orders, decided);
            if (decided.revision().minus(before.revision()) < changes.size() || changes.isEmpty()) {
                break;
            }
            count += changes.size();
            bytesRead += changes.stream()
                            .mapToLong(change -> change.event().json().length())
                            .sum()
                    + orders.stream()
                            .mapToLong(order -> order.latest().json().length())
                            .sum();
        }
        return decided;
    }

    private static Position decidedPrefix(List<Change> changes, List<StoredOrder> orders, Position after) {
        Map<OrderId, Boolean> isPending = new HashMap<>();
        orders.forEach(stored ->
                isPending.put(stored.id(), Order.of(stored.latest()).status().isPending()));
        Position decided = after;
        for (Change change : changes) {
            Optional<OrderId> order = OrderId.subjectOf(change.event());
            // only the reader knows whether it has processed a change that is not about an order
            if (order.isEmpty() || isPending.getOrDefault(order.get(), true)) {
                break;
            }
            decided = change.position();
        }
        return decided;
    }
}
