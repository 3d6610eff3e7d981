package io.bellwire.segment;

import io.bellwire.log.Change;
import io.bellwire.log.Event;
import io.bellwire.log.LogStore.StoredOrder;
import io.bellwire.log.StoredResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All segments that are kept, from the oldest to the newest, which is the one that is written. Finds things in them. Thread-safe: while
 * one is read none is taken away.
 */
final class Segments implements FeedRange.Ranges {
    /** What an event's item has beside its tail, at most. */
    private static final int ITEM_BYTES = 54;

    private final LogState state;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private List<Segment> all = List.of();

    Segments(LogState state) {
        this.state = state;
    }

    private <T> T reading(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Does something while nobody reads. */
    void exclusively(Runnable work) {
        lock.writeLock().lock();
        try {
            work.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    List<Segment> all() {
        return reading(() -> all);
    }

    Segment newest() {
        List<Segment> now = all();
        return now.get(now.size() - 1);
    }

    void add(Segment newest) {
        exclusively(() -> {
            List<Segment> more = new ArrayList<>(all);
            more.add(newest);
            all = List.copyOf(more);
        });
    }

    /** Takes the oldest segment away; it is read by nobody when this returns. */
    Segment removeOldest() {
        Segment[] removed = new Segment[1];
        exclusively(() -> {
            removed[0] = all.get(0);
            all = all.subList(1, all.size());
        });
        return removed[0];
    }

    /** Puts the index of a segment in place of the one in memory. */
    void indexed(Segment segment, SealedIndex index) {
        exclusively(() -> {
            segment.index(index);
            markIndexed(segment, index);
        });
    }

    /** Tells each feed of the index files of the segments from {@code number} on. */
    void markIndexed(long number) {
        exclusively(() -> {
            for (Segment segment : all) {
                if (segment.number() >= number && segment.index() instanceof SealedIndex index) {
                    markIndexed(segment, index);
                }
            }
        });
    }

    private void markIndexed(Segment segment, SealedIndex index) {
        FeedRange range = index.feedAt(0);
        for (int i = 0; range != null; range = index.feedAt(++i)) {
            state.indexed(range.no(), segment.number());
        }
    }

    private @Nullable Segment segment(long number) {
        if (all.isEmpty()) {
            return null;
        }
        long at = number - all.get(0).number();
        return at >= 0 && at < all.size() ? all.get((int) at) : null;
    }

    @Override
    public @Nullable FeedRange find(long segment, int no) {
        return reading(() -> {
            Segment found = segment(segment);
            return found == null ? null : found.index().feed(no);
        });
    }

    /** The newest segment before {@code number} that holds changes of the feed; 0 if there is none. */
    long newestBefore(long number, int no) {
        return reading(() -> {
            for (int i = all.size() - 1; i >= 0; i--) {
                if (all.get(i).number() < number && all.get(i).index().feed(no) != null) {
                    return all.get(i).number();
                }
            }
            return 0L;
        });
    }

    /** A segment, and what it holds of a feed. */
    private record Located(Segment segment, FeedRange range) {}

    private @Nullable Located locate(int no, long revision) {
        for (int i = all.size() - 1; i >= 0 && !all.get(i).isIndexed(); i--) {
            FeedRange range = all.get(i).index().feed(no);
            if (range != null && range.contains(revision)) {
                return new Located(all.get(i), range);
            }
        }
        Segment segment = segment(state.facts(no).lastIndexed());
        FeedRange range = segment == null ? null : segment.index().feed(no);
        while (segment != null && range != null && revision < range.first()) {
            segment = segment(revision < range.jumpFirst() ? range.jump() : range.previous());
            range = segment == null ? null : segment.index().feed(no);
        }
        return segment != null && range != null && range.contains(revision) ? new Located(segment, range) : null;
    }

    /** Changes of the feed from {@code revision} to {@code last}, see {@link io.bellwire.log.LogStore#read}. */
    List<Change> changes(int no, long revision, long last, int limit, long bytesMax) {
        return reading(() -> {
            List<Change> changes = new ArrayList<>();
            long next = revision;
            long bytes = 0;
            while (next <= last && changes.size() < limit) {
                Located at = locate(no, next);
                if (at == null) {
                    break; // retention has it
                }
                int wanted = (int) Math.min(limit - changes.size(), last - next + 1);
                EntryRows rows = at.segment.index().entries(at.range, next, wanted);
                int taken = within(rows, bytesMax - bytes, changes.isEmpty());
                List<Event> events = at.segment.events(rows, taken);
                for (int i = 0; i < taken; i++) {
                    bytes += events.get(i).tail().length;
                    if (bytes > bytesMax && !changes.isEmpty()) {
                        return changes;
                    }
                    changes.add(new Change(next++, events.get(i), rows.chains()[i]));
                }
                if (taken < rows.count()) {
                    break;
                }
            }
            return changes;
        });
    }

    /** How many of the rows' events may fit into so many bytes. */
    private static int within(EntryRows rows, long bytesMax, boolean isFirst) {
        long bytes = 0;
        for (int i = 0; i < rows.count(); i++) {
            bytes += rows.lengths()[i] - ITEM_BYTES;
            if (bytes > bytesMax && !(isFirst && i == 0)) {
                return i;
            }
        }
        return rows.count();
    }

    /** The newest event of the order, and the number of the feed of its device; null if there is no such order. */
    EventBody.@Nullable Stored order(UUID id) {
        return reading(() -> {
            for (int i = all.size() - 1; i >= 0; i--) {
                OrderPlace row = all.get(i).index().order(id);
                if (row != null) {
                    return all.get(i).event(row.place());
                }
            }
            return null;
        });
    }

    /** Whether a segment after {@code number} has this change of the feed. */
    boolean isNewestAfter(long number, int no, long revision) {
        return reading(
                () -> all.stream().filter(segment -> segment.number() > number).anyMatch(segment -> {
                    FeedRange range = segment.index().feed(no);
                    return range != null && range.contains(revision);
                }));
    }

    /** Whether a segment after {@code number} has an event of the order. */
    boolean hasOrderAfter(long number, UUID id) {
        return reading(() -> all.stream()
                .anyMatch(
                        segment -> segment.number() > number && segment.index().order(id) != null));
    }

    /** Up to {@code limit} orders after {@code after}, or from the first, by id; of one device's feed, or of all if that is 0. */
    List<StoredOrder> orders(int owner, @Nullable UUID after, int limit) {
        return reading(() -> {
            Map<UUID, ItemPlace> places = new TreeMap<>(OrderPlace.BY_ID);
            Map<UUID, Segment> segments = new TreeMap<>(OrderPlace.BY_ID);
            for (int i = all.size() - 1; i >= 0; i--) {
                SegmentIndex index = all.get(i).index();
                for (OrderPlace row : owner == 0 ? index.orders(after, limit) : index.ordersOf(owner, after, limit)) {
                    if (places.putIfAbsent(row.id(), row.place()) == null) {
                        segments.put(row.id(), all.get(i));
                    }
                }
            }
            List<StoredOrder> page = new ArrayList<>();
            segments.forEach((id, segment) -> {
                ItemPlace place = places.get(id);
                if (page.size() < limit && place != null) {
                    page.add(new StoredOrder(id, segment.event(place).event()));
                }
            });
            return page;
        });
    }

    /** The response that is kept for the key, in a segment that was written when the log was {@code ageMin} old or later; null if there is none. */
    @Nullable StoredResponse response(long keyHash, long ageMin) {
        return reading(() -> {
            for (int i = all.size() - 1; i >= 0 && !all.get(i).endedBefore(ageMin); i--) {
                ItemPlace place = all.get(i).index().response(keyHash);
                if (place != null) {
                    return all.get(i).response(place);
                }
            }
            return null;
        });
    }

    @Nullable Event event(long seq) {
        return reading(() -> {
            Event found = event(all.get(placeOfNumber(seq)), seq);
            for (int i = all.size() - 1; i >= 0 && found == null; i--) { // carried on by retention, or not there
                found = event(all.get(i), seq);
            }
            return found;
        });
    }

    private static @Nullable Event event(Segment segment, long seq) {
        ItemPlace place = segment.index().event(seq);
        return place == null ? null : segment.event(place).event();
    }

    /** The place of the segment that was the newest when the number was given to an event. */
    private int placeOfNumber(long seq) {
        int low = 0;
        int high = all.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).endedBeforeNumber(seq)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The segments whose index is only in memory, but for the newest, from the oldest on. */
    List<Segment> withoutIndexFile() {
        List<Segment> now = all();
        return now.subList(0, now.size() - 1).stream()
                .filter(segment -> !segment.isIndexed())
                .sorted(Comparator.comparing(Segment::number))
                .toList();
    }
}
