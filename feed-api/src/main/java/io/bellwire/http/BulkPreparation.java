package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.RenderedEvent;
import io.bellwire.order.BulkItem;
import io.bellwire.order.BulkStatusChange;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.InvalidOrderException;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderPatch;
import io.bellwire.order.OrderStatus;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.Precondition;
import io.bellwire.order.PreparedOrderChange;
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
 * Prepares one bulk change. Several items of one order build on each other, in their order. When it is called again, it
 * prepares only the items of orders that have changed meanwhile. Used by one request, one thread after the other.
 */
final class BulkPreparation implements OrderChangeSubmitter.Preparation {
    private static final int ID_LENGTH_SHOWN_MAX = 64;

    private final Caller caller;
    private final List<JsonNode> items;
    private final OrderAccess access;
    private final RefusalTexts refusals;
    private final Map<Integer, BulkItem> prepared = new TreeMap<>();
    /** The size of the events of this preparation, so that many changes of one large order are refused in time. */
    private long eventBytes;

    /** @param items JSON objects, each with a text {@code order_id} */
    BulkPreparation(Caller caller, List<JsonNode> items, OrderAccess access, RefusalTexts refusals) {
        this.caller = caller;
        this.items = List.copyOf(items);
        this.access = access;
        this.refusals = refusals;
    }

    /** The ids of the items' orders; ids that are not well formed are left out. */
    List<OrderId> orders() {
        return items.stream().flatMap(item -> id(item).stream()).toList();
    }

    private static Optional<OrderId> id(JsonNode item) {
        return OrderId.parse(orderIdText(item));
    }

    private static String orderIdText(JsonNode item) {
        return item.get("order_id").textValue();
    }

    @Override
    public CompletionStage<BulkStatusChange> prepare(Map<OrderId, OrderTarget> targets) {
        Map<OrderId, PreparedOrderChange> changesSoFar = new HashMap<>();
        eventBytes = 0;
        CompletionStage<?> all = CompletableFuture.completedFuture(null);
        for (int i = 0; i < items.size(); i++) {
            if (!isUpToDate(prepared.get(i), targets)) {
                int index = i;
                all = all.thenCombine(
                        item(items.get(i), targets, changesSoFar), (unused, item) -> prepared.put(index, item));
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
            JsonNode item, Map<OrderId, OrderTarget> targets, Map<OrderId, PreparedOrderChange> changesSoFar) {
        String orderIdText = orderIdText(item);
        OrderTarget target = id(item).map(targets::get).orElse(null);
        if (target == null) {
            return refused(printable(orderIdText), Refusal.Kind.NOT_FOUND, "there is no such order");
        }
        OrderPatch statusPatch;
        try {
            statusPatch = statusPatch(item);
            OrderChangeEndpoints.requireMayChange(caller, statusPatch);
        } catch (InvalidOrderException e) {
            return refused(orderIdText, Refusal.Kind.INVALID, String.valueOf(e.getMessage()));
        } catch (ProblemException e) {
            Refusal.Kind kind = e.problem().status() == 403 ? Refusal.Kind.FORBIDDEN : Refusal.Kind.INVALID;
            return refused(orderIdText, kind, e.problem().detail());
        }
        PreparedOrderChange earlier = changesSoFar.get(target.id());
        PreparedOrderChange change = earlier == null
                ? PreparedOrderChange.of(target, statusPatch, Precondition.NONE)
                : earlier.andThen(statusPatch);
        changesSoFar.put(target.id(), change);
        eventBytes += change.event().map(RenderedEvent::bytes).orElse(0);
        if (eventBytes > BulkEndpoint.ORDER_BYTES_MAX) {
            throw new ProblemException(Problem.tooLarge(
                    "the changes may have " + BulkEndpoint.ORDER_BYTES_MAX + " bytes together: send fewer items"));
        }
        return access.withRecipients(target, change).thenApply(withRecipients -> BulkItem.of(withRecipients, refusals));
    }

    private static OrderPatch statusPatch(JsonNode item) {
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

    private CompletionStage<BulkItem> refused(String orderIdText, Refusal.Kind kind, String detail) {
        return CompletableFuture.completedFuture(
                BulkItem.refused(orderIdText, new Refusal(kind, detail, Optional.empty()), refusals));
    }

    /** The order id that the caller sent, shortened and without characters that JSON would have to escape. */
    private static String printable(String orderIdText) {
        String shown = orderIdText.replaceAll("[^A-Za-z0-9_-]", "?");
        return shown.length() > ID_LENGTH_SHOWN_MAX ? shown.substring(0, ID_LENGTH_SHOWN_MAX) : shown;
    }
}
