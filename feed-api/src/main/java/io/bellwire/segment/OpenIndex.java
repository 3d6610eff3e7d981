package io.bellwire.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The index of a segment that is still written, or not yet indexed on disk: in memory, about 300 bytes an order. */
final class OpenIndex implements SegmentIndex {
    static final int ROW_INTS = 3;

    private final Map<Integer, FeedRows> feeds = new HashMap<>();
    private final Map<UUID, OrderPlace> orders = new HashMap<>();
    private final Map<Integer, List<UUID>> byOwner = new HashMap<>();
    private final Map<Long, ItemPlace> responses = new HashMap<>();
    private final Map<Long, ItemPlace> events = new HashMap<>();
    private int entries;

    /** The changes of one feed, three numbers each. */
    private static final class FeedRows {
        final long first;
        int count;
        int[] rows = new int[ROW_INTS];

        FeedRows(long first) {
            this.first = first;
        }

        void add(ItemPlace place, int chain) {
            int at = count * ROW_INTS;
            if (at == rows.length) {
                rows = Arrays.copyOf(rows, Math.max(4 * ROW_INTS, at * 2));
            }
            rows[at] = place.offset();
            rows[at + 1] = place.length();
            rows[at + 2] = chain;
            count++;
        }
    }

    /** Adds a change; its revision must follow on the feed's newest one here. */
    synchronized void addEntry(int feed, long revision, ItemPlace place, int chain) {
        FeedRows rows = feeds.computeIfAbsent(feed, no -> new FeedRows(revision));
        if (revision != rows.first + rows.count) {
            throw new IllegalStateException("revision " + revision + " of feed " + feed + " does not follow on "
                    + (rows.first + rows.count - 1));
        }
        rows.add(place, chain);
        entries++;
    }

    synchronized void addEvent(long seq, ItemPlace place) {
        events.put(seq, place);
    }

    synchronized void addOrder(OrderPlace order) {
        if (orders.put(order.id(), order) == null) {
            byOwner.computeIfAbsent(order.owner(), no -> new ArrayList<>(1)).add(order.id());
        }
    }

    synchronized void addResponse(long keyHash, ItemPlace place) {
        responses.put(keyHash, place);
    }

    @Override
    public synchronized @Nullable FeedRange feed(int no) {
        FeedRows rows = feeds.get(no);
        return rows == null ? null : new FeedRange(no, rows.first, rows.count);
    }

    @Override
    public synchronized EntryRows entries(FeedRange range, long revision, int limit) {
        FeedRows rows = feeds.get(range.no());
        if (rows == null) {
            throw new IllegalArgumentException("feed " + range.no() + " has no changes here");
        }
        int from = (int) (revision - rows.first);
        int count = Math.max(0, Math.min(limit, rows.count - from));
        EntryRows found = new EntryRows(revision, new int[count], new int[count], new int[count]);
        for (int i = 0; i < count; i++) {
            int at = (from + i) * ROW_INTS;
            found.offsets()[i] = rows.rows[at];
            found.lengths()[i] = rows.rows[at + 1];
            found.chains()[i] = rows.rows[at + 2];
        }
        return found;
    }

    @Override
    public synchronized @Nullable OrderPlace order(UUID id) {
        return orders.get(id);
    }

    @Override
    public synchronized List<OrderPlace> orders(@Nullable UUID after, int limit) {
        return page(new ArrayList<>(orders.keySet()), after, limit);
    }

    @Override
    public synchronized List<OrderPlace> ordersOf(int owner, @Nullable UUID after, int limit) {
        return page(new ArrayList<>(byOwner.getOrDefault(owner, List.of())), after, limit);
    }

    private List<OrderPlace> page(List<UUID> ids, @Nullable UUID after, int limit) {
        if (after != null) {
            ids.removeIf(id -> OrderPlace.BY_ID.compare(id, after) <= 0);
        }
        ids.sort(OrderPlace.BY_ID);
        List<OrderPlace> page = new ArrayList<>();
        for (UUID id : ids.subList(0, Math.min(limit, ids.size()))) {
            OrderPlace order = orders.get(id);
            if (order != null) {
                page.add(order);
            }
        }
        return page;
    }

    @Override
    public synchronized @Nullable ItemPlace response(long keyHash) {
        return responses.get(keyHash);
    }

    @Override
    public synchronized @Nullable ItemPlace event(long seq) {
        return events.get(seq);
    }

    /** The numbers of all feeds that have changes here, sorted. */
    synchronized int[] feedNumbers() {
        return feeds.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    synchronized int entryCount() {
        return entries;
    }

    synchronized int orderCount() {
        return orders.size();
    }

    /** The hashes of all keys, sorted. */
    synchronized long[] keyHashes() {
        return responses.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** The numbers of all events, sorted. */
    synchronized long[] eventNumbers() {
        return events.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }
}
