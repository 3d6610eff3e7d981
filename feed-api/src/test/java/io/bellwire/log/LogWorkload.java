package io.bellwire.log;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Writes all kinds of batches, by chance of a seed, and knows what must be there afterwards: what was acknowledged, and the one
 * batch that is under way. Used by one thread.
 */
final class LogWorkload {
    static final Duration KEPT = Duration.ofHours(3);
    private static final Duration STEP = Duration.ofMinutes(2);
    private static final int FEEDS = 6;

    private final Random random;
    private final TreeMap<String, String> acknowledged = new TreeMap<>();
    private final Map<FeedId, List<String>> changes =
            new TreeMap<>((a, b) -> a.path().compareTo(b.path()));
    private final List<UUID> orders = new ArrayList<>();
    private final Map<UUID, FeedId> owners = new HashMap<>();
    private TreeMap<String, String> underWay = new TreeMap<>();
    private final Map<FeedId, List<String>> changesUnderWay =
            new TreeMap<>((a, b) -> a.path().compareTo(b.path()));
    private Instant now = LogStoreFixture.MORNING;
    private int batches;

    LogWorkload(long seed) {
        this.random = new Random(seed);
    }

    Instant now() {
        return now;
    }

    /** Writes the next batch, or has the store forget what is old; whatever the store throws is thrown. */
    void step(LogStore store) {
        now = now.plus(STEP);
        batches++;
        if (batches % 20 == 0) {
            store.expire(now.toEpochMilli(), KEPT, KEPT.multipliedBy(2), (feed, earliest) -> {});
            return;
        }
        underWay = new TreeMap<>(acknowledged);
        changesUnderWay.clear();
        write(store);
        acknowledged.clear();
        acknowledged.putAll(underWay);
        changesUnderWay.forEach((feed, added) ->
                changes.computeIfAbsent(feed, id -> new ArrayList<>()).addAll(added));
        changesUnderWay.clear();
    }

    /** The same, which may be refused; whether it was not. */
    boolean tryStep(LogStore store) {
        try {
            step(store);
            return true;
        } catch (UncheckedIOException refused) {
            underWay = new TreeMap<>(acknowledged);
            changesUnderWay.clear();
            return false;
        }
    }

    private void write(LogStore store) {
        String data = "batch-" + batches + "-" + "x".repeat(random.nextInt(600));
        List<FeedId> names = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            FeedId name = new FeedId("devices/d-" + random.nextInt(FEEDS));
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        boolean isNew = orders.isEmpty() || random.nextBoolean();
        UUID order = isNew ? new UUID(batches, random.nextLong()) : orders.get(random.nextInt(orders.size()));
        FeedId owner = owners.getOrDefault(order, names.get(0));
        IdempotencyKey key = IdempotencyKey.of("key", Integer.toString(batches));
        int kind = random.nextInt(4);
        if (kind == 1) {
            names.remove(owner);
            names.add(0, owner);
        }
        LogStore.Needs needs = new LogStore.Needs(
                Set.of(), withAllDevices(names), Set.of(order), Set.of(key), Set.copyOf(names), Audiences.Needs.NONE);
        Group group = store.commit(needs, loaded -> {
            Group fresh = new Group(loaded, now);
            List<Feed> feeds = names.stream().map(fresh::feed).toList();
            if (kind == 0) {
                Feed feed = feeds.get(0);
                fresh.putAccount(new Account(
                        feed.id(), feed.no(), new byte[] {1, (byte) batches, (byte) (batches >> 8)}, 7, false, 0));
                underWay.put("account " + feed.id(), Integer.toString(batches));
            } else if (kind == 1) {
                Event unused = LogStoreFixture.putOrder(fresh, order, data, feeds.toArray(Feed[]::new));
                boolean isLocked = batches % 2 == 0;
                fresh.putLock(order, isLocked ? new OrderLock(new byte[] {7}, now.toEpochMilli() * 2) : null);
                underWay.put("order " + order, data);
                underWay.put("lock " + order, isLocked ? "held" : "free");
            } else {
                Event unused = LogStoreFixture.append(fresh, data, feeds.toArray(Feed[]::new));
            }
            if (kind != 0) {
                names.forEach(name -> changesUnderWay.put(name, List.of(data)));
            }
            fresh.remember(new Answer(key, new byte[] {3}, null, 0, now.toEpochMilli()));
            underWay.put("answer " + batches, "there");
            for (Feed feed : feeds) {
                Position head = fresh.headPosition(feed);
                fresh.acknowledge(feed, head);
                underWay.put("feed " + feed.id(), head.revision() + " " + head.chain());
            }
            return fresh;
        });
        if (kind == 1 && isNew) {
            orders.add(order);
            owners.put(order, owner);
        }
        group.entries().forEach(entry -> entry.feed().publish(entry.change()));
    }

    private static Set<FeedId> withAllDevices(List<FeedId> names) {
        Set<FeedId> all = new LinkedHashSet<>(names);
        all.add(FeedId.ALL_DEVICES); // an account of a device changes it
        return all;
    }

    /** Throws if {@code store} does not hold what was acknowledged, with or without the batch under way but never a part of it. */
    void verify(LogStore store, String where) {
        Map<String, String> found = describe(store, acknowledged);
        if (!found.equals(acknowledged)) {
            Map<String, String> further = describe(store, underWay);
            if (!further.equals(underWay)) {
                throw new AssertionError(
                        where + ": found neither what was acknowledged nor that and the batch under way: "
                                + difference(acknowledged, found) + " / " + difference(underWay, further));
            }
        }
        for (FeedId id : changes.keySet()) {
            verifyChanges(store, id, where);
        }
    }

    private static String difference(Map<String, String> wanted, Map<String, String> found) {
        StringBuilder text = new StringBuilder();
        wanted.forEach((what, value) -> {
            if (!value.equals(found.get(what))) {
                text.append(what)
                        .append(" is ")
                        .append(found.get(what))
                        .append(", not ")
                        .append(value)
                        .append("; ");
            }
        });
        return text.toString();
    }

    /** What the store says of all that {@code wanted} names. */
    private Map<String, String> describe(LogStore store, Map<String, String> wanted) {
        Map<String, String> found = new TreeMap<>();
        for (String what : wanted.keySet()) {
            String name = what.substring(what.indexOf(' ') + 1);
            find(store, what.substring(0, what.indexOf(' ')), name, wanted.get(what))
                    .ifPresent(value -> found.put(what, value));
        }
        return found;
    }

    private Optional<String> find(LogStore store, String kind, String name, String wanted) {
        return switch (kind) {
            case "feed" ->
                store.feeds(List.of(new FeedId(name))).stream()
                        .findFirst()
                        .map(feed -> feed.processed() < feed.head()
                                ? "not processed"
                                : feed.head() + " " + feed.headPosition().chain());
            case "account" ->
                store.accounts(List.of(new FeedId(name))).stream()
                        .findFirst()
                        .map(account -> Integer.toString(
                                (account.secretDigest()[1] & 0xFF) | ((account.secretDigest()[2] & 0xFF) << 8)));
            case "order" -> store.order(UUID.fromString(name)).map(LogStoreFixture::data);
            case "lock" -> Optional.of(lookAtLock(store, UUID.fromString(name)));
            default -> {
                boolean isYoung = Integer.parseInt(name) > batches - KEPT.dividedBy(STEP);
                yield Optional.of(isYoung ? lookAtAnswer(store, name) : wanted);
            }
        };
    }

    private String lookAtLock(LogStore store, UUID order) {
        String[] found = new String[1];
        look(store, Set.of(order), Set.of(), group -> found[0] = group.lock(order) == null ? "free" : "held");
        return found[0];
    }

    private String lookAtAnswer(LogStore store, String batch) {
        String[] found = new String[1];
        IdempotencyKey key = IdempotencyKey.of("key", batch);
        look(store, Set.of(), Set.of(key), group -> found[0] = group.answer(key) == null ? "gone" : "there");
        return found[0];
    }

    private void look(LogStore store, Set<UUID> ids, Set<IdempotencyKey> keys, Consumer<Group> with) {
        Group unused = store.commit(new LogStore.Needs(Set.of(), ids, keys), loaded -> {
            Group group = new Group(loaded, now);
            with.accept(group);
            return group;
        });
    }

    private void verifyChanges(LogStore store, FeedId id, String where) {
        Feed feed = store.feeds(List.of(id)).get(0);
        List<String> known = new ArrayList<>(changes.get(id));
        known.addAll(changesUnderWay.getOrDefault(id, List.of()));
        List<Change> read =
                store.read(feed, feed.earliest().revision(), feed.head(), Integer.MAX_VALUE, Long.MAX_VALUE);
        if (read.size() != feed.head() - feed.earliest().revision() || (feed.head() > 0 && read.isEmpty())) {
            throw new AssertionError(where + ": " + id + " has " + read.size() + " changes from "
                    + feed.earliest().revision() + " to " + feed.head());
        }
        Position before = feed.earliest();
        for (Change change : read) {
            Position next = before.next(change.event());
            if (!next.equals(change.position())
                    || !known.get((int) change.revision() - 1).equals(LogStoreFixture.data(change.event()))) {
                throw new AssertionError(where + ": " + id + " " + change.revision() + " is not what was written");
            }
            before = next;
        }
    }
}
