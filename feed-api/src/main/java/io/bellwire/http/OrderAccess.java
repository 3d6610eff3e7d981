package io.bellwire.http;

import io.bellwire.feed.RecipientResolver;
import io.bellwire.group.Recipients;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.Order;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderFacts;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.OrderTarget;
import io.bellwire.order.PreparedOrderChange;
import io.bellwire.order.StoredOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds orders that the caller may see, and the recipients of their changes. Thread-safe. */
final class OrderAccess {
    private final EventLog log;
    private final OrderStore orders;
    private final RecipientResolver recipientResolver;

    OrderAccess(EventLog log, OrderStore orders, RecipientResolver recipientResolver) {
        this.log = log;
        this.orders = orders;
        this.recipientResolver = recipientResolver;
    }

    /** The order that the path names; 404 if it does not exist or the caller may not see it. */
    CompletionStage<StoredOrder> findOrder(ApiCall call) {
        OrderId id = orderId(call);
        return log.onReader(() -> findStored(id)
                .filter(stored -> call.caller().isOperator() || call.caller().mayRead(Order.of(stored.latest())))
                .orElseThrow(() -> noSuchOrder(call)));
    }

    /**
     * The order that the path names, ready to be changed; 404 if it does not exist or the caller may not see it.
     * Blocks.
     */
    OrderTarget findTarget(ApiCall call) {
        return findStored(orderId(call))
                .flatMap(stored -> findTarget(call.caller(), stored))
                .orElseThrow(() -> noSuchOrder(call));
    }

    private static OrderId orderId(ApiCall call) {
        return OrderId.parse(call.pathParameter("id")).orElseThrow(() -> noSuchOrder(call));
    }

    private Optional<StoredOrder> findStored(OrderId id) {
        return orders.find(id).map(latest -> new StoredOrder(id, latest));
    }

    /**
     * Those of the orders that exist and that the caller may see, ready to be changed; 413 if these are larger than
     * {@code bytesMax} together. Blocks.
     */
    Map<OrderId, OrderTarget> findTargets(Caller caller, Collection<OrderId> ids, long bytesMax) {
        Map<OrderId, OrderTarget> targets = new HashMap<>();
        List<OrderId> distinct = ids.stream().distinct().toList();
        long bytes = 0;
        for (int from = 0; from < distinct.size(); from += OrdersJson.READ_AT_ONCE) {
            int to = Math.min(distinct.size(), from + OrdersJson.READ_AT_ONCE);
            for (StoredOrder stored : orders.find(distinct.subList(from, to))) {
                OrderTarget target = findTarget(caller, stored).orElse(null);
                if (target != null) {
                    targets.put(target.id(), target);
                    bytes += stored.latest().json().length();
                }
            }
            if (bytes > bytesMax) {
                throw new ProblemException(
                        Problem.tooLarge("the orders may have " + bytesMax + " bytes together: name fewer of them"));
            }
        }
        return targets;
    }

    /** Empty if the caller may not see the order. */
    private Optional<OrderTarget> findTarget(Caller caller, StoredOrder stored) {
        Order order = Order.of(stored.latest());
        if (!caller.mayRead(order)) {
            return Optional.empty();
        }
        List<FeedId> ids = new ArrayList<>(List.of(FeedId.ofDevice(order.device())));
        ids.addAll(changeFeeds(order.partner()));
        return Optional.of(
                new OrderTarget(stored.id(), Recipients.of(log.getOrCreateFeeds(ids)), stored.latest(), order));
    }

    /** The write of the change, with its recipients: the order's own feeds and those that the routes add. */
    CompletionStage<ChangeOrder> withRecipients(OrderTarget target, PreparedOrderChange change) {
        return recipientResolver
                .of(target.recipients().feeds(), change::facts)
                .thenApply(all -> new ChangeOrder(target.withRecipients(all), change));
    }

    /** The recipients of a new order, beginning with {@code deviceFeed}. */
    CompletionStage<Recipients> recipientsOfNewOrder(Feed deviceFeed, OrderDraft draft) {
        return feedsOfNewOrder(deviceFeed, Optional.ofNullable(draft.partner()))
                .thenCompose(feeds -> recipientResolver.of(feeds, () -> OrderFacts.ofNew(draft)));
    }

    private static List<FeedId> changeFeeds(Optional<String> partner) {
        return partner.map(id -> List.of(FeedId.ORDERS, FeedId.ofPartner(id))).orElse(List.of(FeedId.ORDERS));
    }

    private CompletionStage<List<Feed>> feedsOfNewOrder(Feed deviceFeed, Optional<String> partner) {
        List<FeedId> otherIds = new ArrayList<>(changeFeeds(partner));
        otherIds.add(FeedId.ORDERS_CREATED);
        partner.ifPresent(id -> otherIds.add(FeedId.ofPartnerCreated(id)));
        List<Feed> feeds = new ArrayList<>(otherIds.size() + 1);
        feeds.add(deviceFeed);
        for (FeedId other : otherIds) {
            Feed known = log.inMemory(other);
            if (known == null) {
                return log.onReader(() -> {
                    List<Feed> allFeeds = new ArrayList<>(List.of(deviceFeed));
                    allFeeds.addAll(log.getOrCreateFeeds(otherIds));
                    return allFeeds;
                });
            }
            feeds.add(known);
        }
        return CompletableFuture.completedFuture(feeds);
    }

    static ProblemException noSuchOrder(ApiCall call) {
        String id = call.pathParameter("id");
        return new ProblemException(
                Problem.notFound("there is no order " + (id.length() > 64 ? id.substring(0, 64) + "..." : id)));
    }
}
