package io.bellwire.http;

import io.bellwire.group.RecipientResolver;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogStore.StoredOrder;
import io.bellwire.log.Recipients;
import io.bellwire.order.ChangeOrder;
import io.bellwire.order.Order;
import io.bellwire.order.OrderChange;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderFacts;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds orders, and the feeds that their changes are told in, for callers who may see them. Thread-safe. */
final class OrderAccess {
    private final EventLog log;
    private final RecipientResolver addressing;

    OrderAccess(EventLog log, RecipientResolver addressing) {
        this.log = log;
        this.addressing = addressing;
    }

    /** The order that the path names, if the caller may see it; else 404, as if it were not there. */
    CompletionStage<StoredOrder> order(ApiCall call) {
        OrderId id = id(call);
        return log.onReader(() -> stored(id)
                .filter(stored -> call.caller().isOperator() || call.caller().mayRead(Order.of(stored.latest())))
                .orElseThrow(() -> noSuchOrder(call)));
    }

    /** The order that the path names, ready to be changed, if the caller may see it; else 404. Blocks. */
    OrderTarget target(ApiCall call) {
        return stored(id(call)).flatMap(stored -> target(call.caller(), stored)).orElseThrow(() -> noSuchOrder(call));
    }

    private static OrderId id(ApiCall call) {
        return OrderId.parse(call.pathParameter("id")).orElseThrow(() -> noSuchOrder(call));
    }

    private Optional<StoredOrder> stored(OrderId id) {
        return log.store().orders(List.of(id.value())).stream().findFirst();
    }

    /** Those of the orders that exist and that the caller may see, ready to be changed. Blocks. */
    Map<OrderId, OrderTarget> targets(Caller caller, Collection<OrderId> ids) {
        Map<OrderId, OrderTarget> targets = new HashMap<>();
        for (StoredOrder stored :
                log.store().orders(ids.stream().map(OrderId::value).toList())) {
            target(caller, stored).ifPresent(target -> targets.put(target.id(), target));
        }
        return targets;
    }

    /** Empty if the caller may not see the order. */
    private Optional<OrderTarget> target(Caller caller, StoredOrder stored) {
        Order order = Order.of(stored.latest());
        if (!caller.mayRead(order)) {
            return Optional.empty();
        }
        List<FeedId> ids = new ArrayList<>(List.of(FeedId.ofDevice(order.device())));
        ids.addAll(changeFeeds(order.partner()));
        return Optional.of(
                new OrderTarget(new OrderId(stored.id()), Recipients.of(log.makeFeeds(ids)), stored.latest(), order));
    }

    /** The change, with all who are to be told of it. */
    CompletionStage<ChangeOrder> addressed(OrderTarget target, OrderChange change) {
        return addressing
                .of(target.recipients().feeds(), change::facts)
                .thenApply(all -> new ChangeOrder(target.withRecipients(all), change));
    }

    /** Whom a new order is told, beginning with {@code deviceFeed}. */
    CompletionStage<Recipients> addresseesOfNew(Feed deviceFeed, OrderDraft draft) {
        return feedsOfNew(deviceFeed, Optional.ofNullable(draft.partner()))
                .thenCompose(feeds -> addressing.of(feeds, () -> OrderFacts.ofNew(draft)));
    }

    private static List<FeedId> changeFeeds(Optional<String> partner) {
        return partner.map(id -> List.of(FeedId.ORDERS, FeedId.ofPartner(id))).orElse(List.of(FeedId.ORDERS));
    }

    private CompletionStage<List<Feed>> feedsOfNew(Feed deviceFeed, Optional<String> partner) {
        List<FeedId> others = new ArrayList<>(changeFeeds(partner));
        others.add(FeedId.ORDERS_CREATED);
        partner.ifPresent(id -> others.add(FeedId.ofPartnerCreated(id)));
        List<Feed> feeds = new ArrayList<>(others.size() + 1);
        feeds.add(deviceFeed);
        for (FeedId other : others) {
            Feed known = log.known(other);
            if (known == null) {
                return log.onReader(() -> {
                    List<Feed> made = new ArrayList<>(List.of(deviceFeed));
                    made.addAll(log.makeFeeds(others));
                    return made;
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
