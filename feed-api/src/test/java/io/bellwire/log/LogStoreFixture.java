package io.bellwire.log;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.group.GroupMembers;
import io.bellwire.group.Recipients;
import io.bellwire.order.LatestEvent;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import io.bellwire.store.DataStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A store for tests: writes batches and publishes them to feeds as the log's writer does. Used by one thread. */
public final class LogStoreFixture {
    public static final Instant MORNING = Instant.parse("2026-11-20T08:00:00Z");
    public static final FeedId GRILL = new FeedId("devices/grill");
    public static final FeedId FRYER = new FeedId("devices/fryer");
    public static final long NO_BYTES_LIMIT = Long.MAX_VALUE;
    private static final long VERSION_7 = 0x7000;
    private static final long VARIANT = 1L << 63;
    private static final String PREFIX = "\"type\":\"test\",\"data\":";

    /** One for all fixtures: several of them may follow each other on one log. */
    private static final AtomicLong ORDERS_MADE = new AtomicLong();

    private final DataStore store;

    public LogStoreFixture(DataStore store) {
        this.store = store;
    }

    public DataStore store() {
        return store;
    }

    public Feed grill() {
        return make(GRILL);
    }

    public Feed fryer() {
        return make(FRYER);
    }

    public Feed orders() {
        return make(FeedId.ORDERS);
    }

    /** The feed of this name in the store, created if it does not exist. */
    public Feed make(FeedId id) {
        return make(store, id);
    }

    public static Feed make(DataStore store, FeedId id) {
        return store.commit(new BatchNeeds().name(id), loaded -> new WriteBatch(loaded, MORNING))
                .feed(id);
    }

    /** What a batch needs that asks for these feeds by name, and for these accounts. */
    public BatchNeeds named(Set<FeedId> names, Set<FeedId> accounts) {
        return named(store, names, accounts);
    }

    /** The same, with the states of the groups among {@code names}. */
    public static BatchNeeds named(DataStore store, Set<FeedId> names, Set<FeedId> accounts) {
        BatchNeeds needs = new BatchNeeds().keys(AccountStore.ACCOUNTS, accounts);
        names.forEach(needs::name);
        store.feeds(names).stream()
                .filter(feed -> feed.id().isGroup())
                .forEach(group -> GroupMembers.declareState(needs, group));
        return needs;
    }

    public static BatchNeeds needs(Set<Feed> feeds, Set<OrderId> orders, Set<IdempotencyKey> keys) {
        return new BatchNeeds()
                .feeds(feeds)
                .keys(OrderStore.LATEST, orders)
                .keys(OrderStore.LOCKS, orders)
                .keys(StoredResponse.TYPE, keys);
    }

    public static BatchNeeds needs(Recipients recipients) {
        BatchNeeds needs = new BatchNeeds();
        recipients.declareNeeds(needs);
        return needs;
    }

    /** The newest event of the order; null if there is no such order. */
    public static Event order(WriteBatch batch, OrderId id) {
        LatestEvent latest = batch.get(OrderStore.LATEST, id);
        return latest == null ? null : latest.event();
    }

    public static void store(WriteBatch batch, StoredResponse response) {
        batch.put(StoredResponse.TYPE, response.key(), response);
    }

    /** The batch must have named {@link FeedId#ALL_DEVICES} if the account is a device's. */
    public static void put(WriteBatch batch, StoredAccount account) {
        boolean isDevice = account.id().device().isPresent();
        account.putInto(batch, isDevice ? Optional.of(batch.feed(FeedId.ALL_DEVICES)) : Optional.empty());
    }

    /** Writes one batch that {@code decide} fills, committed at {@code at}. */
    public WriteBatch write(BatchNeeds needs, Instant at, Consumer<WriteBatch> decide) {
        WriteBatch batch = store.commit(needs, loaded -> {
            WriteBatch fresh = new WriteBatch(loaded, at);
            decide.accept(fresh);
            return fresh;
        });
        batch.entries().forEach(entry -> entry.feed().publish(entry.change()));
        batch.processed().forEach(Feed::markProcessed);
        return batch;
    }

    public WriteBatch write(Set<Feed> feeds, Consumer<WriteBatch> decide) {
        return write(needs(feeds), MORNING, decide);
    }

    /** One event to all of {@code feeds}, in a batch of its own. */
    public Event append(String data, Feed... feeds) {
        return appendAt(MORNING, data, feeds);
    }

    public Event appendAt(Instant at, String data, Feed... feeds) {
        WriteBatch batch = write(needs(Set.of(feeds)), at, g -> append(g, data, feeds));
        return batch.events().get(0);
    }

    public static Event append(WriteBatch batch, String data, Feed... feeds) {
        return batch.append(rendered(data), null, List.of(feeds));
    }

    /** One new order whose data is {@code data}, told in {@code feeds}, the first of which is its device's. */
    public OrderId makeOrder(Instant at, String data, Feed... feeds) {
        OrderId id = nextOrder();
        write(needs(Set.of(feeds)), at, batch -> {
            Event unused = putOrder(batch, id, data, feeds);
        });
        return id;
    }

    private static OrderId nextOrder() {
        return orderId(ORDERS_MADE.incrementAndGet());
    }

    public static Event putOrder(WriteBatch batch, OrderId id, String data, Feed... feeds) {
        Event event = batch.append(rendered(data), id.value(), List.of(feeds));
        batch.put(OrderStore.LATEST, id, new LatestEvent(feeds[0].feedNumber(), event));
        return event;
    }

    public void changeOrder(Instant at, OrderId id, String data, Feed... feeds) {
        write(LogStoreFixture.needs(Set.of(feeds), Set.of(id), Set.of()), at, batch -> {
            Event unused = putOrder(batch, id, data, feeds);
        });
    }

    /** The id of an order, the same for the same number. */
    public static OrderId orderId(long number) {
        return new OrderId(new UUID(VERSION_7, VARIANT | number));
    }

    public static BatchNeeds needs(Set<Feed> feeds) {
        return needs(feeds, Set.of(), Set.of());
    }

    public static RenderedEvent rendered(String data) {
        return new RenderedEvent(json(data));
    }

    public static EventJson json(String data) {
        return new EventJson((PREFIX + '"' + data + "\"}").getBytes(StandardCharsets.UTF_8), PREFIX.length());
    }

    /** The data that {@link #append} was given. */
    public static String data(Event event) {
        String quoted = new String(event.json().data(), StandardCharsets.UTF_8);
        return quoted.substring(1, quoted.length() - 1);
    }

    /** The position of {@code revision}, which is kept. */
    public Position position(Feed feed, long revision) {
        return store.read(feed, new Revision(revision - 1), new Revision(revision), 1, NO_BYTES_LIMIT)
                .get(0)
                .position();
    }

    /** The feed as {@code REVISION=DATA}, read from the store after {@code revision}. */
    public List<String> read(Feed feed, long revision, int limit) {
        return store.read(feed, new Revision(revision), feed.head(), limit, NO_BYTES_LIMIT).stream()
                .map(LogStoreFixture::text)
                .toList();
    }

    public static String text(Change change) {
        return change.revision() + "=" + data(change.event());
    }

    /** The feed as the store has it, not as this process has it in memory. */
    public Feed stored(FeedId id) {
        return store.feeds(List.of(id)).get(0);
    }
}
