package io.bellwire.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A log in plain collections, gone with the process: for simulations and for tests that need thousands of logs. */
public final class MemoryStore implements LogStore {
    private final Epoch epoch;
    private final Map<FeedId, Feed> feeds = new LinkedHashMap<>();
    private final Map<Integer, NavigableMap<Long, Event>> entries = new TreeMap<>();
    private final NavigableMap<Long, Event> events = new TreeMap<>();
    private final NavigableMap<Long, Event> orders = new TreeMap<>();
    private final Map<Long, OrderLock> locks = new HashMap<>();
    private final Map<IdempotencyKey, Answer> answers = new HashMap<>();
    private final Map<FeedId, Long> received = new HashMap<>();
    private final Map<FeedId, Long> processed = new HashMap<>();
    private final Map<Integer, FeedId> names = new ConcurrentHashMap<>();
    private final MemoryGroups groups = new MemoryGroups(names);
    private long nextSeq = 1;

    public MemoryStore(Epoch epoch) {
        this.epoch = epoch;
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    @Override
    public synchronized List<Feed> feeds(Collection<FeedId> ids) {
        return ids.stream().filter(feeds::containsKey).map(this::snapshot).toList();
    }

    private Feed snapshot(FeedId id) {
        Feed feed = feeds.get(id);
        if (feed == null) {
            throw new IllegalStateException("no feed " + id);
        }
        NavigableMap<Long, Event> kept = entriesOf(feed.no());
        return new Feed(
                feed.no(),
                id,
                kept.isEmpty() ? 0 : kept.lastKey(),
                kept.isEmpty() ? 1 : kept.firstKey(),
                received.getOrDefault(id, 0L),
                processed.getOrDefault(id, 0L));
    }

    private NavigableMap<Long, Event> entriesOf(int feedNo) {
        return entries.computeIfAbsent(feedNo, no -> new TreeMap<>());
    }

    @Override
    public synchronized Feed makeFeed(FeedId id) {
        Feed feed = feeds.computeIfAbsent(id, path -> new Feed(feeds.size() + 1, path, 0, 1, 0, 0));
        names.put(feed.no(), id);
        return snapshot(id);
    }

    @Override
    public synchronized Group write(Needs needs, Function<Group.Loaded, Group> decide) {
        Map<Integer, Long> heads = new HashMap<>();
        needs.feeds().forEach(feed -> {
            NavigableMap<Long, Event> kept = entriesOf(feed.no());
            heads.put(feed.no(), kept.isEmpty() ? 0 : kept.lastKey());
        });
        Map<Long, Event> loadedOrders = new HashMap<>();
        needs.orders().forEach(key -> {
            Event latest = orders.get(key);
            if (latest != null) {
                loadedOrders.put(key, latest);
            }
        });
        Map<IdempotencyKey, Answer> loadedAnswers = new HashMap<>();
        needs.keys().forEach(key -> {
            Answer answer = answers.get(key);
            if (answer != null) {
                loadedAnswers.put(key, answer);
            }
        });
        Set<Long> rows =
                loadedAnswers.keySet().stream().map(IdempotencyKey::row).collect(Collectors.toSet());
        Group group = decide.apply(new Group.Loaded(
                nextSeq, heads, loadedOrders, Map.copyOf(locks), loadedAnswers, rows, groups.load(needs.audiences())));
        nextSeq += group.seqsUsed();
        group.events().forEach(event -> events.put(event.seq(), event));
        group.entries().forEach(entry -> entriesOf(entry.feed().no()).put(entry.revision(), entry.event()));
        groups.store(group.audiences());
        orders.putAll(group.orders());
        group.locks().forEach((key, lock) -> {
            if (lock == null) {
                locks.remove(key);
            } else {
                locks.put(key, lock);
            }
        });
        answers.putAll(group.answers());
        group.processed().forEach((feed, revision) -> processed.merge(feed.id(), revision, Math::max));
        group.received().forEach((feed, revision) -> received.merge(feed.id(), revision, Math::max));
        return group;
    }

    @Override
    public void sync() {
        // as durable as it gets
    }

    @Override
    public synchronized List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax) {
        List<Change> changes = new ArrayList<>();
        long bytes = 0;
        for (long next = revision + 1; next <= head && changes.size() < limit; next++) {
            Event event = entriesOf(feed.no()).get(next);
            if (event == null) {
                break;
            }
            bytes += event.tail().length;
            if (bytes > bytesMax && !changes.isEmpty()) {
                break;
            }
            changes.add(new Change(next, event));
        }
        return changes;
    }

    @Override
    public synchronized Map<Feed, Long> timesOf(Map<Feed, Long> revisions) {
        Map<Feed, Long> times = new HashMap<>();
        revisions.forEach((feed, revision) -> {
            Event event = entriesOf(feed.no()).get(revision);
            if (event != null) {
                times.put(feed, event.atMillis());
            }
        });
        return times;
    }

    @Override
    public synchronized Optional<Event> event(long seq) {
        return Optional.ofNullable(events.get(seq));
    }

    @Override
    public synchronized Optional<Event> order(long key) {
        return Optional.ofNullable(orders.get(key));
    }

    @Override
    public synchronized List<StoredOrder> orders(Collection<Long> keys) {
        return orders.entrySet().stream()
                .filter(order -> keys.contains(order.getKey()))
                .map(order -> new StoredOrder(order.getKey(), order.getValue()))
                .toList();
    }

    @Override
    public synchronized List<StoredOrder> ordersOf(int feedNo, long afterKey, int limit) {
        long from = Math.max(afterKey, FeedKey.of(feedNo, 0));
        return orders.subMap(from, false, FeedKey.of(feedNo + 1, 0), false).entrySet().stream()
                .limit(limit)
                .map(order -> new StoredOrder(order.getKey(), order.getValue()))
                .toList();
    }

    @Override
    public synchronized List<StoredOrder> ordersAfter(long afterKey, int limit) {
        return orders.tailMap(afterKey, false).entrySet().stream()
                .limit(limit)
                .map(order -> new StoredOrder(order.getKey(), order.getValue()))
                .toList();
    }

    @Override
    public GroupStore deviceGroups() {
        return groups;
    }

    @Override
    public synchronized Map<Integer, Long> expire(long beforeMillis, int afterFeedNo, int feedsMax) {
        Map<Integer, Long> first = new LinkedHashMap<>();
        feeds.values().stream()
                .filter(feed -> feed.no() > afterFeedNo)
                .limit(feedsMax)
                .forEach(feed -> {
                    NavigableMap<Long, Event> kept = entriesOf(feed.no());
                    while (kept.size() > 1 && kept.firstEntry().getValue().atMillis() < beforeMillis) {
                        kept.pollFirstEntry();
                    }
                    first.put(feed.no(), kept.isEmpty() ? 1 : kept.firstKey());
                });
        return first;
    }

    @Override
    public synchronized long expireEvents(long beforeMillis, long answersBeforeMillis) {
        Set<Event> needed = Set.copyOf(orders.values());
        long before = events.size();
        events.values().removeIf(event -> event.atMillis() < beforeMillis && !needed.contains(event));
        answers.values().removeIf(answer -> answer.atMillis() < answersBeforeMillis);
        locks.values().removeIf(lock -> lock.untilMillis() < answersBeforeMillis);
        return before - events.size();
    }

    @Override
    public void close() {
        // nothing to give back
    }
}
