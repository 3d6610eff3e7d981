package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Revision;
import io.bellwire.order.Order;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStatus;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import io.bellwire.query.FoundOrders;
import io.bellwire.query.FoundOrders.Found;
import io.bellwire.query.OrderCounts;
import io.bellwire.query.OrderFilter;
import io.bellwire.query.OrderSearch;
import io.bellwire.query.SearchCursor;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Searches and counts orders. The search finds the ids of matching orders; the orders themselves are read from the log,
 * and left out if they do not match any more. Thread-safe.
 */
final class OrderSearchEndpoints {
    private final EventLog log;
    private final OrderStore orderStore;
    private final @Nullable OrderSearch search;

    /** @param search null if the server was started without it */
    OrderSearchEndpoints(EventLog log, OrderStore orderStore, @Nullable OrderSearch search) {
        this.log = log;
        this.orderStore = orderStore;
        this.search = search;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.get(
                        "/v1/orders",
                        ApiRoute.Access.AUTHENTICATED,
                        Set.of("status", "device", "partner", "since", "cursor", "limit"),
                        this::listOrders),
                ApiRoute.get(
                        "/v1/orders/counts",
                        ApiRoute.Access.AUTHENTICATED,
                        Set.of("device", "partner"),
                        this::countOrders));
    }

    private CompletionStage<ApiResponse> listOrders(ApiCall call) {
        OrderFilter filter = filter(call);
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        Optional<SearchCursor> after = Optional.ofNullable(call.query().get("cursor"))
                .filter(text -> !text.isEmpty())
                .map(text -> SearchCursor.parse(text, filter)
                        .orElseThrow(() -> new ProblemException(Problem.invalidRequest(
                                "cursor is not one of this search: pass back \"next\", unchanged, with the same"
                                        + " parameters"))));
        OrderSearch orders = requireSearch();
        return respondOnceFolded(
                orders, head -> page(filter, orUnavailable(() -> orders.search(filter, after, limit)), head));
    }

    private CompletionStage<ApiResponse> countOrders(ApiCall call) {
        OrderFilter filter = filter(call);
        OrderSearch orders = requireSearch();
        return respondOnceFolded(orders, head -> {
            OrderCounts counted = orUnavailable(() -> orders.counts(filter));
            ObjectNode json = Json.MAPPER.createObjectNode();
            ObjectNode counts = json.putObject("counts");
            for (OrderStatus status : OrderStatus.values()) {
                counts.put(status.text(), counted.of(status));
            }
            json.put("total", counted.total());
            json.put("lag", Math.max(0, head.minus(counted.folded())));
            return ApiResponse.json(200, json).with("Cache-Control", "no-store");
        });
    }

    private OrderSearch requireSearch() {
        if (search == null) {
            throw new ProblemException(
                    Problem.notFound("this server has no order search: it was started with --order-search off"));
        }
        return search;
    }

    /** Makes the response once the search has folded the current head, or after the longest wait; it gets that head. */
    private CompletionStage<ApiResponse> respondOnceFolded(
            OrderSearch orders, Function<Revision, ApiResponse> makeResponse) {
        Revision head = orders.head();
        return orders.awaitFolded(head).thenCompose(isFolded -> log.onReader(() -> makeResponse.apply(head)));
    }

    private static <T> T orUnavailable(Supplier<T> query) {
        try {
            return query.get();
        } catch (UncheckedIOException e) {
            throw new ProblemException(Problem.unavailable("orders cannot be searched just now"));
        }
    }

    private static OrderFilter filter(ApiCall call) {
        if (call.caller().isDevice()) {
            throw new ProblemException(Problem.forbidden("a device reads its own feed"));
        }
        Map<String, String> query = call.query();
        Optional<String> partner = Optional.ofNullable(query.get("partner"));
        if (partner.isPresent() && !DeviceId.isValid(partner.get())) {
            throw new ProblemException(Problem.invalidRequest("partner must be " + DeviceId.FORM));
        }
        Optional<String> ownId = call.caller().partnerId();
        if (ownId.isPresent() && partner.isPresent() && !ownId.equals(partner)) {
            throw new ProblemException(Problem.forbidden("partner: a partner sees its own orders alone"));
        }
        return new OrderFilter(
                parseStatuses(query.get("status")),
                Optional.ofNullable(query.get("device")).map(OrderSearchEndpoints::parseDevice),
                ownId.or(() -> partner),
                Optional.ofNullable(query.get("since")).map(OrderSearchEndpoints::parseTime));
    }

    private static Set<OrderStatus> parseStatuses(@Nullable String text) {
        Set<OrderStatus> statuses = EnumSet.noneOf(OrderStatus.class);
        if (text != null) {
            Arrays.stream(text.split(",", -1))
                    .map(name -> OrderStatus.parse(name)
                            .orElseThrow(() -> new ProblemException(Problem.invalidRequest(
                                    "status must be one or more, separated by commas, of " + OrderStatus.all()))))
                    .forEach(statuses::add);
        }
        return statuses;
    }

    private static DeviceId parseDevice(String text) {
        if (!DeviceId.isValid(text)) {
            throw new ProblemException(Problem.invalidRequest("device must be " + DeviceId.FORM));
        }
        return new DeviceId(text);
    }

    private static Instant parseTime(String text) {
        try {
            Instant time = Instant.parse(text);
            if (time.getEpochSecond() >= 0 && time.getEpochSecond() < Integer.toUnsignedLong(-1)) {
                return time;
            }
        } catch (DateTimeException e) {
            // the problem is thrown below
        }
        throw new ProblemException(
                Problem.invalidRequest("since must be a time as of RFC 3339, such as 2026-11-20T08:00:00Z"));
    }

    private ApiResponse page(OrderFilter filter, FoundOrders found, Revision head) {
        OrdersJson json = new OrdersJson();
        Optional<SearchCursor> next = write(filter, found.orders(), json).or(found::next);
        byte[] body = json.end(next.map(cursor -> ",\"next\":\"" + cursor + "\"")
                        .orElse("") + ",\"lag\":" + Math.max(0, head.minus(found.folded())));
        return new ApiResponse(200, ApiResponse.JSON, body, Map.of("Cache-Control", "no-store"));
    }

    /**
     * Writes the orders that still match, up to the size limit; returns where the next page begins if that is not all.
     */
    private Optional<SearchCursor> write(OrderFilter filter, List<Found> found, OrdersJson json) {
        for (int from = 0; from < found.size(); from += OrdersJson.READ_AT_ONCE) {
            List<Found> step = found.subList(from, Math.min(found.size(), from + OrdersJson.READ_AT_ONCE));
            Map<OrderId, StoredOrder> stored = new HashMap<>();
            orderStore.find(step.stream().map(Found::id).toList()).forEach(order -> stored.put(order.id(), order));
            for (int i = 0; i < step.size(); i++) {
                StoredOrder order = stored.get(step.get(i).id());
                if (order == null) {
                    continue;
                }
                json.countRead(order.latest());
                if (filter.matches(Order.of(order.latest()))) { // it may have changed since it was folded
                    json.add(order);
                }
                boolean isLast = from + i + 1 == found.size();
                if (json.isFull() && !isLast) {
                    return Optional.of(step.get(i).cursor());
                }
            }
        }
        return Optional.empty();
    }
}
