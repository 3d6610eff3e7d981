package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.Acknowledge;
import io.bellwire.log.Change;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Position;
import io.bellwire.order.Order;
import io.bellwire.order.RefusalTexts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Many orders a step further at once, which is also how a reader says that it has dealt with them. Thread-safe. */
final class BulkEndpoint implements Endpoint {
    private static final int BODY_BYTES_MAX = 256 << 10;
    private static final int ITEMS_MAX = 500;
    private static final int CHANGES_LOOKED_AT = 1_000;
    private static final int PAGES_LOOKED_AT = 10;
    private static final long BYTES_LOOKED_AT = 4 << 20;

    private static final RefusalTexts REFUSALS = new RefusalTexts(
            refusal -> new String(OrderProblems.of(refusal).reply().body().bytes(), StandardCharsets.UTF_8));

    private final EventLog log;
    private final OrderAccess access;
    private final OrderChanges orderChanges;

    BulkEndpoint(EventLog log, OrderAccess access, OrderChanges orderChanges) {
        this.log = log;
        this.access = access;
        this.orderChanges = orderChanges;
    }

    ApiRoute route() {
        return ApiRoute.write(
                "POST",
                "/v1/orders/bulk-status-change",
                ApiRoute.Access.KNOWN,
                List.of(ApiResponse.JSON),
                BODY_BYTES_MAX,
                this);
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
                .submit(call, () -> access.targets(call.caller(), preparation.orders()), preparation)
                // the change is made whatever becomes of the position, which the next call moves all the same
                .thenCompose(reply -> moveProcessed(call.caller()).handle((unused, failure) -> reply));
    }

    /** Moves the caller's processed position over all changes, from where it is, whose orders are no longer new. */
    private CompletionStage<?> moveProcessed(Caller caller) {
        if (caller.isOperator()) {
            return CompletableFuture.completedFuture(null);
        }
        Feed feed = caller.party().orElseThrow().feed();
        return log.onReader(() -> donePrefix(feed)).thenCompose(done -> {
            if (done.revision() <= feed.processed()) {
                return CompletableFuture.completedFuture(null);
            }
            return log.submit(new Acknowledge(feed, done)).thenApply(result -> null);
        });
    }

    private Position donePrefix(Feed feed) {
        // what retention took, nobody can deal with any more
        Position done = feed.processedPosition().furthest(feed.earliest());
        for (int page = 0; page < PAGES_LOOKED_AT; page++) {
            List<Change> changes =
                    log.store().read(feed, done.revision(), feed.head(), CHANGES_LOOKED_AT, BYTES_LOOKED_AT);
            Position before = done;
            done = donePrefix(changes, done);
            if (done.revision() - before.revision() < changes.size() || changes.isEmpty()) {
                break;
            }
        }
        return done;
    }

    private Position donePrefix(List<Change> changes, Position after) {
        Set<UUID> ids = new HashSet<>();
        for (Change change : changes) {
            UUID order = change.event().order();
            if (order != null) {
                ids.add(order);
            }
        }
        Map<UUID, Boolean> isPending = new HashMap<>();
        log.store()
                .orders(ids)
                .forEach(stored -> isPending.put(
                        stored.id(), Order.of(stored.latest()).status().isPending()));
        Position done = after;
        for (Change change : changes) {
            UUID order = change.event().order();
            // what is not about an order, nobody but the reader can know to be dealt with
            if (order == null || isPending.getOrDefault(order, true)) {
                break;
            }
            done = change.position();
        }
        return done;
    }
}
