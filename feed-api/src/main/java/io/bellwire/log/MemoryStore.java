package io.bellwire.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A log in plain collections, gone with the process: for simulations and for tests that need thousands of logs. */
public final class MemoryStore implements LogStore {
    private final Epoch epoch;
    private final Map<FeedId, Feed> feeds = new LinkedHashMap<>();
    private final Map<Integer, Entries> entries = new TreeMap<>();
    private final NavigableMap<Long, Event> events = new TreeMap<>();
    private final NavigableMap<UUID, Group.LatestEvent> orders = new TreeMap<>(BY_BYTES);
    private final Map<UUID, OrderLock> locks = new HashMap<>();
    private final Map<IdempotencyKey, Answer> answers = new HashMap<>();
    private final Map<FeedId, Position> received = new HashMap<>();
    private final Map<FeedId, Position> processed = new HashMap<>();
    private final Map<Integer, FeedId> names = new ConcurrentHashMap<>();
    private final MemoryAccounts accounts = new MemoryAccounts();
    private final MemoryGroups groups = new MemoryGroups(names, accounts);
    private final MemorySightings sightings = new MemorySightings();
    private long nextSeq = 1;

    /** The changes of one feed that are kept. */
    private static final class Entries {
        private final NavigableMap<Long, Change> kept = new TreeMap<>();
        private Position earliest = Position.START;

        private Position head() {
            return kept.isEmpty() ? earliest : kept.lastEntry().getValue().position();
        }
    }

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
        return feed(
                feed.no(),
                id,
                entriesOf(feed.no()),
                received.getOrDefault(id, Position.START),
                processed.getOrDefault(id, Position.START));
    }

    private Feed feed(int no, FeedId id, Entries its, Position receivedUpTo, Position processedUpTo) {
        return new Feed(no, id, Epoch.ofFeed(epoch, id), its.head(), its.earliest, receivedUpTo, processedUpTo);
    }

    private Entries entriesOf(int feedNo) {
        return entries.computeIfAbsent(feedNo, no -> new Entries());
    }

    /** The feeds of these names; those of {@code made} get numbers, and are kept once the group is decided. */
    private Map<FeedId, Feed> findOrMake(Set<FeedId> ids, Set<FeedId> made) {
        Map<FeedId, Feed> found = new HashMap<>();
        for (FeedId id : ids) {
            if (feeds.containsKey(id)) {
                found.put(id, snapshot(id));
            } else {
                made.add(id);
                found.put(id, feed(feeds.size() + made.size(), id, new Entries(), Position.START, Position.START));
            }
        }
        return found;
    }

    @Override
    public synchronized Group commit(Needs asked, Function<Group.Loaded, Group> decide) {
        Set<FeedId> made = new LinkedHashSet<>();
        Map<FeedId, Feed> named = findOrMake(asked.names(), made);
        Needs needs = asked.with(named.values());
        Map<Integer, Position> heads = new HashMap<>();
        needs.feeds().forEach(feed -> heads.put(feed.no(), entriesOf(feed.no()).head()));
        Map<UUID, Event> loadedOrders = new HashMap<>();
        needs.orders().forEach(id -> {
            Group.LatestEvent latest = orders.get(id);
            if (latest != null) {
                loadedOrders.put(id, latest.event());
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
                nextSeq,
                named,
                made,
                heads,
                loadedOrders,
                Map.copyOf(locks),
                loadedAnswers,
                rows,
                accounts.load(needs.accounts()),
                groups.load(needs.audiences())));
        for (FeedId id : made) {
            Feed feed = feed(feeds.size() + 1, id, new Entries(), Position.START, Position.START);
            feeds.put(id, feed);
            names.put(feed.no(), id);
        }
        nextSeq += group.seqsUsed();
        group.events().forEach(event -> events.put(event.seq(), event));
        group.entries().forEach(entry -> entriesOf(entry.feed().no()).kept.put(entry.revision(), entry.change()));
        accounts.store(group); // first: who finds the state of all devices changed must find the devices too
        groups.store(group.audiences());
        sightings.store(group);
        orders.putAll(group.orders());
        group.locks().forEach((key, lock) -> {
            if (lock == null) {
                locks.remove(key);
            } else {
                locks.put(key, lock);
            }
        });
        answers.putAll(group.answers());
        group.processed().forEach((feed, position) -> processed.merge(feed.id(), position, Position::furthest));
        group.received().forEach((feed, position) -> received.merge(feed.id(), position, Position::furthest));
        return group;
    }

    @Override
    public synchronized List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax) {
        List<Change> changes = new ArrayList<>();
        long bytes = 0;
        for (long next = revision + 1; next <= head && changes.size() < limit; next++) {
            Change change = entriesOf(feed.no()).kept.get(next);
            if (change == null) {
                break;
            }
            bytes += change.event().tail().length;
            if (bytes > bytesMax && !changes.isEmpty()) {
                break;
            }
            changes.add(change);
        }
        return changes;
    }

    @Override
    public synchronized Map<Feed, Long> timesOf(Map<Feed, Long> revisions) {
        Map<Feed, Long> times = new HashMap<>();
        revisions.forEach((feed, revision) -> {
            Change change = entriesOf(feed.no()).kept.get(revision);
            if (change != null) {
                times.put(feed, change.event().atMillis());
            }
        });
        return times;
    }

    @Override
    public synchronized Optional<Event> event(long seq) {
        return Optional.ofNullable(events.get(seq));
    }

    @Override
    public synchronized Optional<Event> order(UUID id) {
        return Optional.ofNullable(orders.get(id)).map(Group.LatestEvent::event);
    }

    @Override
    public synchronized List<StoredOrder> orders(Collection<UUID> ids) {
        return orders.entrySet().stream()
                .filter(order -> ids.contains(order.getKey()))
                .map(order -> new StoredOrder(order.getKey(), order.getValue().event()))
                .toList();
    }

    @Override
    public synchronized List<StoredOrder> ordersOf(Feed device, @Nullable UUID after, int limit) {
        return (after == null ? orders : orders.tailMap(after, false))
                .entrySet().stream()
                        .filter(order -> order.getValue().device().no() == device.no())
                        .limit(limit)
                        .map(order ->
                                new StoredOrder(order.getKey(), order.getValue().event()))
                        .toList();
    }

    @Override
    public List<Account> accounts(Collection<FeedId> ids) {
        return List.copyOf(accounts.load(ids).values());
    }

    @Override
    public List<Account> accountsBySecret(Collection<byte[]> digests) {
        return accounts.bySecret(digests);
    }

    @Override
    public List<Account> devices(String after, int limit) {
        return accounts.devices(after, limit);
    }

    @Override
    public SightingStore sightings() {
        return sightings;
    }

    @Override
    public GroupStore deviceGroups() {
        return groups;
    }

    @Override
    public synchronized Map<Integer, Position> expire(long beforeMillis, int afterFeedNo, int feedsMax) {
        Map<Integer, Position> earliest = new LinkedHashMap<>();
        feeds.values().stream()
                .filter(feed -> feed.no() > afterFeedNo)
                .limit(feedsMax)
                .forEach(feed -> {
                    Entries its = entriesOf(feed.no());
                    while (its.kept.size() > 1
                            && its.kept.firstEntry().getValue().event().atMillis() < beforeMillis) {
                        its.earliest = its.kept.pollFirstEntry().getValue().position();
                    }
                    earliest.put(feed.no(), its.earliest);
                });
        return earliest;
    }

    @Override
    public synchronized long expireEvents(long beforeMillis, long answersBeforeMillis) {
        Set<Event> needed =
                orders.values().stream().map(Group.LatestEvent::event).collect(Collectors.toSet());
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
