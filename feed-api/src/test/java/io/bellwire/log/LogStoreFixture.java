package io.bellwire.log;

import io.bellwire.group.GroupMembers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A store for tests: writes batches and publishes them to feeds as the log's writer does. Used by one thread. */
final class LogStoreFixture {
    static final Instant MORNING = Instant.parse("2026-11-20T08:00:00Z");
    static final FeedId GRILL = new FeedId("devices/grill");
    static final FeedId FRYER = new FeedId("devices/fryer");
    static final long NO_BYTES_LIMIT = Long.MAX_VALUE;
    private static final String PREFIX = "\"type\":\"test\",\"data\":";

    /** What comes before the data in {@link #json}. */

    /** One for all fixtures: several of them may follow each other on one log. */
    private static final AtomicLong ORDERS_MADE = new AtomicLong();

    private final LogStore store;

    LogStoreFixture(LogStore store) {
        this.store = store;
    }

    LogStore store() {
        return store;
    }

    Feed grill() {
        return make(GRILL);
    }

    Feed fryer() {
        return make(FRYER);
    }

    Feed orders() {
        return make(FeedId.ORDERS);
    }

    /** The feed of this name in the store, created if it does not exist. */
    Feed make(FeedId id) {
        return make(store, id);
    }

    static Feed make(LogStore store, FeedId id) {
        return store.commit(named(Set.of(id), Set.of()), loaded -> new WriteBatch(loaded, MORNING))
                .feed(id);
    }

    /** What a batch needs that asks for these feeds by name, and for these accounts. */
    static LogStore.Needs named(Set<FeedId> names, Set<FeedId> accounts) {
        return new LogStore.Needs(Set.of(), names, Set.of(), Set.of(), accounts, GroupMembers.Needs.NONE);
    }

    /** Writes one batch that {@code decide} fills, committed at {@code at}. */
    WriteBatch write(LogStore.Needs needs, Instant at, Consumer<WriteBatch> decide) {
        WriteBatch batch = store.commit(needs, loaded -> {
            WriteBatch fresh = new WriteBatch(loaded, at);
            decide.accept(fresh);
            return fresh;
        });
        batch.entries().forEach(entry -> entry.feed().publish(entry.change()));
        batch.processed().forEach(Feed::markProcessed);
        return batch;
    }

    WriteBatch write(Set<Feed> feeds, Consumer<WriteBatch> decide) {
        return write(needs(feeds), MORNING, decide);
    }

    /** One event to all of {@code feeds}, in a batch of its own. */
    Event append(String data, Feed... feeds) {
        return appendAt(MORNING, data, feeds);
    }

    Event appendAt(Instant at, String data, Feed... feeds) {
        WriteBatch batch = write(needs(Set.of(feeds)), at, g -> append(g, data, feeds));
        return batch.events().get(0);
    }

    static Event append(WriteBatch batch, String data, Feed... feeds) {
        return batch.append(rendered(data), null, List.of(feeds));
    }

    /** One new order whose data is {@code data}, told in {@code feeds}, the first of which is its device's. */
    UUID makeOrder(Instant at, String data, Feed... feeds) {
        UUID id = nextOrder();
        write(needs(Set.of(feeds)), at, batch -> {
            Event unused = putOrder(batch, id, data, feeds);
        });
        return id;
    }

    private static UUID nextOrder() {
        return new UUID(7, ORDERS_MADE.incrementAndGet());
    }

    static Event putOrder(WriteBatch batch, UUID id, String data, Feed... feeds) {
        Event event = batch.append(rendered(data), id, List.of(feeds));
        batch.putOrder(id, feeds[0], event);
        return event;
    }

    void changeOrder(Instant at, UUID id, String data, Feed... feeds) {
        write(new LogStore.Needs(Set.of(feeds), Set.of(id), Set.of()), at, batch -> {
            Event unused = putOrder(batch, id, data, feeds);
        });
    }

    static LogStore.Needs needs(Set<Feed> feeds) {
        return new LogStore.Needs(feeds, Set.of(), Set.of());
    }

    static RenderedEvent rendered(String data) {
        return new RenderedEvent(json(data));
    }

    static EventJson json(String data) {
        return new EventJson((PREFIX + '"' + data + "\"}").getBytes(StandardCharsets.UTF_8), PREFIX.length());
    }

    /** The data that {@link #append} was given. */
    static String data(Event event) {
        String quoted = new String(event.json().data(), StandardCharsets.UTF_8);
        return quoted.substring(1, quoted.length() - 1);
    }

    /** The position of {@code revision}, which is kept. */
    Position position(Feed feed, long revision) {
        return store.read(feed, new Revision(revision - 1), new Revision(revision), 1, NO_BYTES_LIMIT)
                .get(0)
                .position();
    }

    /** The feed as {@code REVISION=DATA}, read from the store after {@code revision}. */
    List<String> read(Feed feed, long revision, int limit) {
        return store.read(feed, new Revision(revision), feed.head(), limit, NO_BYTES_LIMIT).stream()
                .map(LogStoreFixture::text)
                .toList();
    }

    static String text(Change change) {
        return change.revision() + "=" + data(change.event());
    }

    /** The feed as the store has it, not as this process has it in memory. */
    Feed stored(FeedId id) {
        return store.feeds(List.of(id)).get(0);
    }
}
