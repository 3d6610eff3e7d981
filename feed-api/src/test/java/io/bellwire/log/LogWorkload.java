package io.bellwire.log;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderLock;
import io.bellwire.order.OrderStore;
import io.bellwire.store.DataStore;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Writes all kinds of batches, by chance of a seed, and knows what must be there afterwards: what was acknowledged; perhaps the hints
 * that came after it; and perhaps the one batch that is under way. Used by one thread.
 */
final class LogWorkload {
    static final Duration KEPT = Duration.ofHours(3);
    private static final Duration STEP = Duration.ofMinutes(2);

    private final Durability durability;
    private final Random random;
    private final FleetWorkload fleet;
    /** What the log may say: as of what was acknowledged last, and as of each batch after it that nobody was told is durable. */
    private final Deque<LogContents> possible = new ArrayDeque<>(List.of(new LogContents()));

    private final Map<FeedId, List<String>> changes = new HashMap<>();
    private final Map<FeedId, List<String>> changesUnderWay = new HashMap<>();
    private final List<OrderId> orders = new ArrayList<>();
    private final Map<OrderId, FeedId> owners = new HashMap<>();
    private final Map<OrderId, FeedId> ownersUnderWay = new HashMap<>();
    private final Deque<IdempotencyKey> keys = new ArrayDeque<>();
    private Instant now = LogStoreFixture.MORNING;
    private int batches;

    LogWorkload(long seed) {
        this(seed, Durability.SYNC);
    }

    LogWorkload(long seed, Durability durability) {
        this.durability = durability;
        this.random = new Random(seed);
        this.fleet = new FleetWorkload(random);
    }

    Instant now() {
        return now;
    }

    /** Writes the next batch, or has the store forget what is old; whatever the store throws is thrown. */
    void step(DataStore store) {
        now = now.plus(STEP);
        batches++;
        if (batches % 20 == 0) {
            store.expire(now.toEpochMilli(), KEPT, KEPT.multipliedBy(2), (feed, earliest) -> {});
            return;
        }
        write(store);
    }

    /** The same, which may be refused; whether it was not. */
    boolean tryStep(DataStore store) {
        int before = possible.size();
        try {
            step(store);
            return true;
        } catch (UncheckedIOException refused) {
            while (possible.size() > before) {
                possible.removeLast();
            }
            changesUnderWay.clear();
            ownersUnderWay.clear();
            return false;
        }
    }

    private void write(DataStore store) {
        String data = "batch-" + batches + "-" + "x".repeat(random.nextInt(600));
        IdempotencyKey key = newKey();
        boolean isHint = random.nextInt(8) == 0;
        FleetWorkload.Batch batch = isHint ? fleet.hints(store, now.toEpochMilli()) : next(store, data);
        WriteBatch written = store.commit(withKey(batch.needs(), key), loaded -> {
            WriteBatch fresh = new WriteBatch(loaded, now);
            batch.decide().accept(fresh);
            if (!isHint) {
                LogStoreFixture.store(
                        fresh, new StoredResponse(key, new byte[] {3}, null, EventNumber.NONE, now.toEpochMilli()));
            }
            announce(fresh);
            return fresh;
        });
        acknowledge(written);
    }

    /** The key of the batch, which is known as long as its answer must be. */
    private IdempotencyKey newKey() {
        IdempotencyKey key = IdempotencyKey.of("key", Integer.toString(batches));
        keys.addLast(key);
        if (keys.size() > KEPT.dividedBy(STEP)) {
            IdempotencyKey old = keys.removeFirst();
            possible.forEach(facts -> facts.forgetAnswer(old));
        }
        return key;
    }

    private static BatchNeeds withKey(BatchNeeds needs, IdempotencyKey key) {
        return needs.key(StoredResponse.TYPE, key);
    }

    private void announce(WriteBatch fresh) {
        LogContents then = possible.getLast().copy();
        then.note(fresh);
        possible.addLast(then);
        changesUnderWay.clear();
        fresh.entries().forEach(entry -> changesUnderWay
                .computeIfAbsent(entry.feed().id(), id -> new ArrayList<>())
                .add(LogStoreFixture.data(entry.event())));
    }

    private void acknowledge(WriteBatch written) {
        if (written.isAcknowledged() && durability == Durability.SYNC) {
            synced();
        }
        changesUnderWay.forEach((feed, added) ->
                changes.computeIfAbsent(feed, id -> new ArrayList<>()).addAll(added));
        changesUnderWay.clear();
        ownersUnderWay.forEach((id, owner) -> {
            if (owners.putIfAbsent(id, owner) == null) {
                orders.add(id);
            }
        });
        ownersUnderWay.clear();
    }

    /** All that has been written is durable. */
    void synced() {
        while (possible.size() > 1) {
            possible.removeFirst();
        }
    }

    private FleetWorkload.Batch next(DataStore store, String data) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> order(data);
            case 3 -> event(store, data);
            default -> fleet.next(store, data);
        };
    }

    private FleetWorkload.Batch order(String data) {
        boolean isNew = orders.isEmpty() || random.nextBoolean();
        OrderId order = isNew
                ? LogStoreFixture.orderId((long) batches << 32 | random.nextInt(1 << 30))
                : orders.get(random.nextInt(orders.size()));
        Set<FeedId> names = new LinkedHashSet<>();
        names.add(owners.getOrDefault(order, fleet.anyDevice()));
        names.addAll(someFeeds());
        boolean isLocked = random.nextBoolean();
        BatchNeeds needs = LogStoreFixture.needs(Set.of(), Set.of(order), Set.of());
        names.forEach(needs::name);
        return new FleetWorkload.Batch(needs, group -> {
            Feed[] feeds = names.stream().map(group::feed).toArray(Feed[]::new);
            Event unused = LogStoreFixture.putOrder(group, order, data, feeds);
            ownersUnderWay.put(order, feeds[0].id());
            if (isLocked) {
                group.put(OrderStore.LOCKS, order, new OrderLock(new byte[] {7}, now.toEpochMilli() * 2));
            } else {
                group.remove(OrderStore.LOCKS, order);
            }
            group.acknowledge(feeds[0], group.headPosition(feeds[0]));
        });
    }

    private FleetWorkload.Batch event(DataStore store, String data) {
        Set<FeedId> names = someFeeds();
        return new FleetWorkload.Batch(LogStoreFixture.named(store, names, Set.of()), group -> {
            Feed[] feeds = names.stream().map(group::feed).toArray(Feed[]::new);
            Event unused = LogStoreFixture.append(group, data, feeds);
        });
    }

    private Set<FeedId> someFeeds() {
        Set<FeedId> names = new LinkedHashSet<>();
        names.add(random.nextInt(4) == 0 ? FleetWorkload.PARTNERS.get(0) : fleet.anyDevice());
        names.add(fleet.anyDevice());
        return names;
    }

    /** What {@code store} says about all that the workload has written, but its changes. */
    LogContents contents(DataStore store) {
        return LogContents.of(store, FleetWorkload.feeds(), keys, fleet.secrets());
    }

    /** Throws if {@code store} does not say what was acknowledged, with or without what came after it but never a part of that. */
    void verify(DataStore store, String where) {
        LogContents found = contents(store);
        List<String> differences =
                possible.stream().map(facts -> facts.difference(found)).toList();
        if (!differences.contains("")) {
            throw new AssertionError(where + ": found neither what was acknowledged nor that and what came after it: "
                    + String.join(" / ", differences));
        }
        for (FeedId id : changes.keySet()) {
            verifyChanges(store, id, where);
        }
    }

    private void verifyChanges(DataStore store, FeedId id, String where) {
        List<Feed> found = store.feeds(List.of(id));
        if (found.isEmpty()) {
            return; // it was created after what is durable
        }
        Feed feed = found.get(0);
        List<String> known = new ArrayList<>(changes.get(id));
        known.addAll(changesUnderWay.getOrDefault(id, List.of()));
        List<Change> read =
                store.read(feed, feed.earliest().revision(), feed.head(), Integer.MAX_VALUE, Long.MAX_VALUE);
        if (read.size() != feed.head().minus(feed.earliest().revision())
                || (feed.head().isAfter(Revision.NONE) && read.isEmpty())) {
            throw new AssertionError(where + ": " + id + " has " + read.size() + " changes from "
                    + feed.earliest().revision() + " to " + feed.head());
        }
        Position before = feed.earliest();
        for (Change change : read) {
            Position next = before.next(change.event());
            if (!next.equals(change.position())
                    || !known.get((int) change.revision().value() - 1).equals(LogStoreFixture.data(change.event()))) {
                throw new AssertionError(where + ": " + id + " " + change.revision() + " is not what was written");
            }
            before = next;
        }
    }
}
