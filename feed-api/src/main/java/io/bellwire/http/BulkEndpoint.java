package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.feed.Acknowledge;
import io.bellwire.log.Change;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Position;
import io.bellwire.order.BulkStatusChange;
import io.bellwire.order.BulkStatusChange.Item;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.InvalidOrderException;
import io.bellwire.order.Order;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderStatus;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Many orders a step further at once, which is also how a reader says that it has dealt with them. Thread-safe. */
final class BulkEndpoint implements Endpoint {
    private static final int BODY_BYTES_MAX = 256 << 10;
    private static final int ITEMS_MAX = 500;
    private static final int NAME_SHOWN_MAX = 64;
    private static final int CHANGES_LOOKED_AT = 1_000;
    private static final int PAGES_LOOKED_AT = 10;
    private static final long BYTES_LOOKED_AT = 4 << 20;

    private final EventLog log;
    private final OrderAccess access;
    private final DecisionTimes decisionTimes;

    BulkEndpoint(EventLog log, OrderAccess access, DecisionTimes decisionTimes) {
        this.log = log;
        this.access = access;
        this.decisionTimes = decisionTimes;
    }

    Route route() {
        return Route.write(
                "POST", "/v1/orders/bulk-status-change", Route.Access.KNOWN, List.of(Reply.JSON), BODY_BYTES_MAX, this);
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
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
        List<OrderId> ids = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            JsonNode item = changes.get(i);
            if (!item.isObject() || !item.path("order_id").isTextual()) {
                throw new ProblemException(
                        Problem.invalidRequest("status_changes[" + i + "] must be an object with order_id"));
            }
            items.add(item);
            OrderId.parse(item.get("order_id").textValue()).ifPresent(ids::add);
        }
        CompletionStage<List<Item>> prepared = access.targets(call.caller(), ids)
                .thenCompose(targets -> {
                    CompletionStage<List<Item>> checked = CompletableFuture.completedFuture(new ArrayList<>());
                    for (JsonNode item : items) {
                        checked = checked.thenCombine(item(call.caller(), item, targets), (soFar, next) -> {
                            soFar.add(next);
                            return soFar;
                        });
                    }
                    return checked;
                });
        return Commands.prepared(log, call, List.of(), prepared, checked -> change(call, checked))
                // the change is made whatever becomes of the position, which the next call moves all the same
                .thenCompose(reply -> moveProcessed(call.caller()).handle((unused, failure) -> reply));
    }

    private CompletionStage<Reply> change(Call call, List<Item> items) {
        BulkStatusChange write = new BulkStatusChange(
                items,
                refusal -> new String(OrderProblems.of(refusal).reply().body().bytes(), StandardCharsets.UTF_8));
        return Commands.submit(log, call, write, OrderProblems::of).thenApply(reply -> {
            items.forEach(
                    item -> item.change().flatMap(ChangeOrder::decisionTime).ifPresent(decisionTimes::took));
            return reply;
        });
    }

    private CompletionStage<Item> item(Caller caller, JsonNode item, Map<OrderId, OrderTarget> targets) {
        String name = item.get("order_id").textValue();
        Optional<OrderId> id = OrderId.parse(name);
        OrderTarget target = id.map(targets::get).orElse(null);
        if (id.isEmpty() || target == null) {
            return refusal(
                    printable(name), new Refusal(Refusal.Kind.NOT_FOUND, "there is no such order", Optional.empty()));
        }
        ObjectNode patch = Json.MAPPER.createObjectNode();
        try {
            Json.requireFields(item, Set.of("order_id", "new_status", "reason"));
            if (!item.has("new_status")) {
                throw new InvalidOrderException("new_status is missing");
            }
            if (OrderStatus.parse(item.get("new_status").asText()).isEmpty()) {
                throw new InvalidOrderException("new_status must be one of " + OrderStatus.all());
            }
            patch.set("status", item.get("new_status"));
            if (item.has("reason")) {
                patch.set("reason", item.get("reason"));
            }
            OrderPatch step = OrderPatch.of(patch);
            OrderChangeEndpoints.requireRight(caller, step);
            return access.addressed(target, step)
                    .thenApply(to -> new Item(
                            name, Optional.of(new ChangeOrder(to, step, Precondition.NONE)), Optional.empty()));
        } catch (InvalidOrderException e) {
            return refusal(name, new Refusal(Refusal.Kind.INVALID, String.valueOf(e.getMessage()), Optional.empty()));
        } catch (ProblemException e) {
            Refusal.Kind kind = e.problem().status() == 403 ? Refusal.Kind.FORBIDDEN : Refusal.Kind.INVALID;
            return refusal(name, new Refusal(kind, e.problem().detail(), Optional.empty()));
        }
    }

    private static CompletionStage<Item> refusal(String name, Refusal refusal) {
        return CompletableFuture.completedFuture(refused(name, refusal));
    }

    /** The name as it may stand in JSON: an order's has nothing to escape, and a wrong one is only shown. */
    private static String printable(String name) {
        String shown = name.replaceAll("[^A-Za-z0-9_-]", "?");
        return shown.length() > NAME_SHOWN_MAX ? shown.substring(0, NAME_SHOWN_MAX) : shown;
    }

    private static Item refused(String name, Refusal refusal) {
        return new Item(name, Optional.empty(), Optional.of(refusal));
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
        Map<UUID, Boolean> isNew = new HashMap<>();
        log.store()
                .orders(ids)
                .forEach(stored ->
                        isNew.put(stored.id(), Order.of(stored.latest()).status() == OrderStatus.NEW));
        Position done = after;
        for (Change change : changes) {
            UUID order = change.event().order();
            // what is not about an order, nobody but the reader can know to be dealt with
            if (order == null || isNew.getOrDefault(order, true)) {
                break;
            }
            done = change.position();
        }
        return done;
    }
}
