package io.bellwire.segment;

import io.bellwire.order.OrderId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The index in memory of a segment that is written, or sealed and without an index file yet: about 300 bytes an order.
 */
final class MemoryIndex implements SegmentIndex {
    private static final int ENTRY_INTS = 3;
    private static final int ENTRIES_MIN = 4;

    private final Map<Integer, FeedEntries> feeds = new HashMap<>();
    private final Map<UUID, OrderLocation> orders = new HashMap<>();
    private final Map<Integer, List<UUID>> byDevice = new HashMap<>();
    private final Map<Long, ItemLocation> responses = new HashMap<>();
    private final Map<Long, ItemLocation> events = new HashMap<>();
    private int entryCount;

    /** The changes of one feed: offset, length and chain of each. */
    private static final class FeedEntries {
        final long firstRevision;
        int count;
        int[] numbers = new int[ENTRY_INTS];

        FeedEntries(long firstRevision) {
            this.firstRevision = firstRevision;
        }

        void add(ItemLocation location, int chain) {
            int at = count * ENTRY_INTS;
            if (at == numbers.length) {
                numbers = Arrays.copyOf(numbers, Math.max(ENTRIES_MIN * ENTRY_INTS, at * 2));
            }
            numbers[at] = location.offset();
            numbers[at + 1] = location.length();
            numbers[at + 2] = chain;
            count++;
        }
    }

    /** Adds a change; its revision must be one more than that of the feed's newest change here. */
    synchronized void addEntry(int feedNumber, long revision, ItemLocation location, int chain) {
        FeedEntries entries = feeds.computeIfAbsent(feedNumber, absent -> new FeedEntries(revision));
        if (revision != entries.firstRevision + entries.count) {
            throw new IllegalStateException("revision " + revision + " of feed " + feedNumber + " does not follow on "
                    + (entries.firstRevision + entries.count - 1));
        }
        entries.add(location, chain);
        entryCount++;
    }

    synchronized void addEvent(long eventNumber, ItemLocation location) {
        events.put(eventNumber, location);
    }

    synchronized void addOrder(OrderLocation order) {
        if (orders.put(order.id(), order) == null) {
            byDevice.computeIfAbsent(order.deviceFeedNumber(), absent -> new ArrayList<>(1))
                    .add(order.id());
        }
    }

    synchronized void addResponse(long keyHash, ItemLocation location) {
        responses.put(keyHash, location);
    }

    @Override
    public synchronized @Nullable FeedRange feedRange(int feedNumber) {
        FeedEntries entries = feeds.get(feedNumber);
        return entries == null ? null : new FeedRange(feedNumber, entries.firstRevision, entries.count);
    }

    @Override
    public synchronized EntryLocations entries(FeedRange range, long revision, int limit) {
        FeedEntries entries = feeds.get(range.feedNumber());
        if (entries == null) {
            throw new IllegalArgumentException("feed " + range.feedNumber() + " has no changes here");
        }
        int from = (int) (revision - entries.firstRevision);
        int count = Math.max(0, Math.min(limit, entries.count - from));
        EntryLocations found = new EntryLocations(revision, new int[count], new int[count], new int[count]);
        for (int i = 0; i < count; i++) {
            int at = (from + i) * ENTRY_INTS;
            found.offsets()[i] = entries.numbers[at];
            found.lengths()[i] = entries.numbers[at + 1];
            found.chains()[i] = entries.numbers[at + 2];
        }
        return found;
    }

    @Override
    public synchronized @Nullable OrderLocation order(UUID id) {
        return orders.get(id);
    }

    @Override
    public synchronized List<OrderLocation> orders(@Nullable UUID after, int limit) {
        return page(new ArrayList<>(orders.keySet()), after, limit);
    }

    @Override
    public synchronized List<OrderLocation> ordersOf(int deviceFeedNumber, @Nullable UUID after, int limit) {
        return page(new ArrayList<>(byDevice.getOrDefault(deviceFeedNumber, List.of())), after, limit);
    }

    private List<OrderLocation> page(List<UUID> ids, @Nullable UUID after, int limit) {
        if (after != null) {
            ids.removeIf(id -> OrderId.BY_BYTES.compare(id, after) <= 0);
        }
        ids.sort(OrderId.BY_BYTES);
        List<OrderLocation> page = new ArrayList<>();
        for (UUID id : ids.subList(0, Math.min(limit, ids.size()))) {
            OrderLocation order = orders.get(id);
            if (order != null) {
                page.add(order);
            }
        }
        return page;
    }

    @Override
    public synchronized @Nullable ItemLocation response(long keyHash) {
        return responses.get(keyHash);
    }

    @Override
    public synchronized @Nullable ItemLocation event(long eventNumber) {
        return events.get(eventNumber);
    }

    /** The numbers of all feeds that have changes here, sorted. */
    synchronized int[] feedNumbers() {
        return feeds.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    synchronized int entryCount() {
        return entryCount;
    }

    /** The hashes of all idempotency keys, sorted. */
    synchronized long[] keyHashes() {
        return responses.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** The numbers of all events, sorted. */
    synchronized long[] eventNumbers() {
        return events.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }
}
