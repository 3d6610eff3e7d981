package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.order.BulkItem;
import io.bellwire.order.BulkStatusChange;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.InvalidOrderException;
import io.bellwire.order.OrderChange;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderStatus;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.Refusal;
import io.bellwire.order.RefusalTexts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Prepares one bulk change: the items of one order one on the other, in their order. When it prepares again, it does so for
 * the orders that have changed. Used by one request, one thread after the other.
 */
final class BulkPreparation implements OrderChanges.Preparation {
    private static final int NAME_SHOWN_MAX = 64;

    private final Caller caller;
    private final List<JsonNode> items;
    private final OrderAccess access;
    private final RefusalTexts refusals;
    private final Map<Integer, BulkItem> prepared = new TreeMap<>();

    /**
     * @param items objects with an {@code order_id} each
     */
    BulkPreparation(Caller caller, List<JsonNode> items, OrderAccess access, RefusalTexts refusals) {
        this.caller = caller;
        this.items = List.copyOf(items);
        this.access = access;
        this.refusals = refusals;
    }

    /** The orders that items name. */
    List<OrderId> orders() {
        return items.stream().flatMap(item -> id(item).stream()).toList();
    }

    private static Optional<OrderId> id(JsonNode item) {
        return OrderId.parse(name(item));
    }

    private static String name(JsonNode item) {
        return item.get("order_id").textValue();
    }

    @Override
    public CompletionStage<BulkStatusChange> prepare(Map<OrderId, OrderTarget> targets) {
        Map<OrderId, OrderChange> soFar = new HashMap<>();
        CompletionStage<?> all = CompletableFuture.completedFuture(null);
        for (int i = 0; i < items.size(); i++) {
            if (!isUpToDate(prepared.get(i), targets)) {
                int index = i;
                all = all.thenCombine(item(items.get(i), targets, soFar), (unused, item) -> prepared.put(index, item));
            }
        }
        return all.thenApply(unused -> new BulkStatusChange(prepared.values(), refusals));
    }

    private static boolean isUpToDate(@Nullable BulkItem item, Map<OrderId, OrderTarget> targets) {
        return item != null
                && item.change()
                        .map(ChangeOrder::target)
                        .map(target -> target.isAsNewAs(Objects.requireNonNull(targets.get(target.id()))))
                        .orElse(true);
    }

    private CompletionStage<BulkItem> item(
            JsonNode item, Map<OrderId, OrderTarget> targets, Map<OrderId, OrderChange> soFar) {
        String name = name(item);
        OrderTarget target = id(item).map(targets::get).orElse(null);
        if (target == null) {
            return refused(printable(name), Refusal.Kind.NOT_FOUND, "there is no such order");
        }
        OrderPatch step;
        try {
            step = step(item);
            OrderChangeEndpoints.requireRight(caller, step);
        } catch (InvalidOrderException e) {
            return refused(name, Refusal.Kind.INVALID, String.valueOf(e.getMessage()));
        } catch (ProblemException e) {
            Refusal.Kind kind = e.problem().status() == 403 ? Refusal.Kind.FORBIDDEN : Refusal.Kind.INVALID;
            return refused(name, kind, e.problem().detail());
        }
        OrderChange before = soFar.get(target.id());
        OrderChange change = before == null ? OrderChange.of(target, step, Precondition.NONE) : before.andThen(step);
        soFar.put(target.id(), change);
        return access.addressed(target, change).thenApply(addressed -> BulkItem.of(addressed, refusals));
    }

    private static OrderPatch step(JsonNode item) {
        Json.requireFields(item, Set.of("order_id", "new_status", "reason"));
        if (!item.has("new_status")) {
            throw new InvalidOrderException("new_status is missing");
        }
        OrderStatus unused =
                OrderStatus.require("new_status", item.get("new_status").asText());
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.set("status", item.get("new_status"));
        if (item.has("reason")) {
            patch.set("reason", item.get("reason"));
        }
        return OrderPatch.of(patch);
    }

    private CompletionStage<BulkItem> refused(String name, Refusal.Kind kind, String detail) {
        return CompletableFuture.completedFuture(
                BulkItem.refused(name, new Refusal(kind, detail, Optional.empty()), refusals));
    }

    /** The name as it may stand in JSON: an order's has nothing to escape, and a wrong one is only shown. */
    private static String printable(String name) {
        String shown = name.replaceAll("[^A-Za-z0-9_-]", "?");
        return shown.length() > NAME_SHOWN_MAX ? shown.substring(0, NAME_SHOWN_MAX) : shown;
    }
}
