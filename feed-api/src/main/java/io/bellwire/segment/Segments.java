package io.bellwire.segment;

import io.bellwire.command.StoredResponse;
import io.bellwire.log.Change;
import io.bellwire.log.Event;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Revision;
import io.bellwire.order.LatestEvent;
import io.bellwire.order.OrderId;
import io.bellwire.order.StoredOrder;
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
 * The segments that are kept, from the oldest to the newest, which is the one that is written; finds changes, events,
 * orders and responses in them. Thread-safe: no segment is removed while it is read.
 */
final class Segments implements FeedRange.RangeLookup {
    private final LogState state;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private List<Segment> all = List.of();

    Segments(LogState state) {
        this.state = state;
    }

    private <T> T withReadLock(Supplier<T> work) {
        lock.readLock().lock();
        try {
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    private void withWriteLock(Runnable work) {
        lock.writeLock().lock();
        try {
            work.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    List<Segment> all() {
        return withReadLock(() -> all);
    }

    Segment newest() {
        List<Segment> now = all();
        return now.get(now.size() - 1);
    }

    void add(Segment newest) {
        withWriteLock(() -> {
            List<Segment> more = new ArrayList<>(all);
            more.add(newest);
            all = List.copyOf(more);
        });
    }

    /** Removes the oldest segment; nobody reads it any more when this returns. */
    Segment removeOldest() {
        Segment[] removed = new Segment[1];
        withWriteLock(() -> {
            removed[0] = all.get(0);
            all = all.subList(1, all.size());
        });
        return removed[0];
    }

    /** Puts the index on disk in place of the segment's index in memory. */
    void replaceIndex(Segment segment, DiskIndex index) {
        withWriteLock(() -> {
            segment.useIndex(index);
            noteIndexedFeeds(segment, index);
        });
    }

    /** Notes for each feed which segments from {@code number} on have it in their index on disk. */
    void noteIndexedFeeds(long number) {
        withWriteLock(() -> {
            for (Segment segment : all) {
                if (segment.number() >= number && segment.index() instanceof DiskIndex index) {
                    noteIndexedFeeds(segment, index);
                }
            }
        });
    }

    private void noteIndexedFeeds(Segment segment, DiskIndex index) {
        FeedRange range = index.feedRangeAt(0);
        for (int i = 0; range != null; range = index.feedRangeAt(++i)) {
            state.noteIndexed(range.feedNumber(), segment.number());
        }
    }

    private @Nullable Segment segment(long number) {
        if (all.isEmpty()) {
            return null;
        }
        long index = number - all.get(0).number();
        return index >= 0 && index < all.size() ? all.get((int) index) : null;
    }

    @Override
    public @Nullable FeedRange feedRange(long segment, int feedNumber) {
        return withReadLock(() -> {
            Segment found = segment(segment);
            return found == null ? null : found.index().feedRange(feedNumber);
        });
    }

    /** The newest segment before {@code number} that holds changes of the feed; 0 if there is none. */
    long newestBefore(long number, int feedNumber) {
        return withReadLock(() -> {
            for (int i = all.size() - 1; i >= 0; i--) {
                if (all.get(i).number() < number && all.get(i).index().feedRange(feedNumber) != null) {
                    return all.get(i).number();
                }
            }
            return 0L;
        });
    }

    /** A segment, and what it holds of a feed. */
    private record Located(Segment segment, FeedRange range) {}

    /** The segment that holds this change of the feed; null if there is none. */
    private @Nullable Located locate(int feedNumber, long revision) {
        for (int i = all.size() - 1; i >= 0 && !all.get(i).isIndexed(); i--) {
            FeedRange range = all.get(i).index().feedRange(feedNumber);
            if (range != null && range.contains(revision)) {
                return new Located(all.get(i), range);
            }
        }
        Segment segment = segment(state.snapshot(feedNumber).lastIndexedSegment());
        FeedRange range = segment == null ? null : segment.index().feedRange(feedNumber);
        while (segment != null && range != null && revision < range.firstRevision()) {
            segment = segment(range.older().segmentToSearch(revision));
            range = segment == null ? null : segment.index().feedRange(feedNumber);
        }
        return segment != null && range != null && range.contains(revision) ? new Located(segment, range) : null;
    }

    /**
     * The age of the log when the last record was written to the segment that holds this change, from which retention
     * counts.
     *
     * @param newestAgeMillis that age for the segment that is still written
     * @return a time long ago if no segment holds the change
     */
    long lastWrittenAgeMillis(int feedNumber, long revision, long newestAgeMillis) {
        return withReadLock(() -> {
            Located located = locate(feedNumber, revision);
            if (located == null) {
                return Long.MIN_VALUE / 2;
            }
            SegmentSummary summary = located.segment.summary();
            return summary == null ? newestAgeMillis : summary.lastWritten().ageMillis();
        });
    }

    /** Changes of the feed from {@code revision} to {@code last}, see {@link io.bellwire.log.LogStore#read}. */
    List<Change> changes(int feedNumber, long revision, long last, int limit, long bytesMax) {
        return withReadLock(() -> {
            List<Change> changes = new ArrayList<>();
            long next = revision;
            long bytes = 0;
            while (next <= last && changes.size() < limit) {
                Located located = locate(feedNumber, next);
                if (located == null) {
                    break; // retention has dropped it
                }
                int wanted = (int) Math.min(limit - changes.size(), last - next + 1);
                EntryLocations entries = located.segment.index().entries(located.range, next, wanted);
                int fitting = countWithin(entries, bytesMax - bytes, changes.isEmpty());
                List<Event> events = located.segment.events(entries, fitting);
                for (int i = 0; i < fitting; i++) {
                    bytes += events.get(i).json().length();
                    if (bytes > bytesMax && !changes.isEmpty()) {
                        return changes;
                    }
                    changes.add(new Change(new Revision(next++), events.get(i), entries.chains()[i]));
                }
                if (fitting < entries.count()) {
                    break;
                }
            }
            return changes;
        });
    }

    /** How many of the events may fit into {@code bytesMax}; at least one if {@code isFirst}. */
    private static int countWithin(EntryLocations entries, long bytesMax, boolean isFirst) {
        long bytes = 0;
        for (int i = 0; i < entries.count(); i++) {
            bytes += entries.lengths()[i] - EventCodec.OVERHEAD_BYTES_MAX;
            if (bytes > bytesMax && !(isFirst && i == 0)) {
                return i;
            }
        }
        return entries.count();
    }

    /** The newest event of the order; null if there is no such order. */
    @Nullable LatestEvent order(UUID id) {
        return withReadLock(() -> {
            for (int i = all.size() - 1; i >= 0; i--) {
                OrderLocation order = all.get(i).index().order(id);
                if (order != null) {
                    return new LatestEvent(
                            new FeedNumber(order.deviceFeedNumber()),
                            all.get(i).event(order.location()).event());
                }
            }
            return null;
        });
    }

    /** Whether a segment after {@code number} has this change of the feed. */
    boolean isInLaterSegment(long number, int feedNumber, long revision) {
        return withReadLock(
                () -> all.stream().filter(segment -> segment.number() > number).anyMatch(segment -> {
                    FeedRange range = segment.index().feedRange(feedNumber);
                    return range != null && range.contains(revision);
                }));
    }

    /** Whether a segment after {@code number} has an event of the order. */
    boolean hasOrderAfter(long number, UUID id) {
        return withReadLock(() -> all.stream()
                .anyMatch(
                        segment -> segment.number() > number && segment.index().order(id) != null));
    }

    /**
     * Up to {@code limit} orders with ids after {@code after}, by id; from the first if it is null.
     *
     * @param deviceFeedNumber the feed of the device whose orders are listed; 0 for all orders
     */
    List<StoredOrder> orders(int deviceFeedNumber, @Nullable UUID after, int limit) {
        return withReadLock(() -> {
            Map<UUID, ItemLocation> locations = new TreeMap<>(OrderId.BY_BYTES);
            Map<UUID, Segment> segments = new TreeMap<>(OrderId.BY_BYTES);
            for (int i = all.size() - 1; i >= 0; i--) {
                SegmentIndex index = all.get(i).index();
                List<OrderLocation> found = deviceFeedNumber == 0
                        ? index.orders(after, limit)
                        : index.ordersOf(deviceFeedNumber, after, limit);
                for (OrderLocation order : found) {
                    if (locations.putIfAbsent(order.id(), order.location()) == null) {
                        segments.put(order.id(), all.get(i));
                    }
                }
            }
            List<StoredOrder> page = new ArrayList<>();
            segments.forEach((id, segment) -> {
                ItemLocation location = locations.get(id);
                if (page.size() < limit && location != null) {
                    page.add(new StoredOrder(
                            new OrderId(id), segment.event(location).event()));
                }
            });
            return page;
        });
    }

    /**
     * The response that is kept for the key; null if there is none in a segment that was written when the log was
     * {@code ageMin} old or later.
     */
    @Nullable StoredResponse response(long keyHash, long ageMin) {
        return withReadLock(() -> {
            for (int i = all.size() - 1; i >= 0 && !all.get(i).sealedBefore(ageMin); i--) {
                ItemLocation location = all.get(i).index().response(keyHash);
                if (location != null) {
                    return all.get(i).response(location);
                }
            }
            return null;
        });
    }

    @Nullable Event event(long eventNumber) {
        return withReadLock(() -> {
            Event found = event(all.get(indexOfSegmentWith(eventNumber)), eventNumber);
            for (int i = all.size() - 1; i >= 0 && found == null; i--) { // copied by retention, or not there
                found = event(all.get(i), eventNumber);
            }
            return found;
        });
    }

    private static @Nullable Event event(Segment segment, long eventNumber) {
        ItemLocation location = segment.index().event(eventNumber);
        return location == null ? null : segment.event(location).event();
    }

    /** The index in {@link #all} of the segment that was the newest when an event got this number. */
    private int indexOfSegmentWith(long eventNumber) {
        int low = 0;
        int high = all.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).sealedBeforeEvent(eventNumber)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The sealed segments whose index is in memory only, from the oldest on. */
    List<Segment> withoutIndexFile() {
        List<Segment> now = all();
        return now.subList(0, now.size() - 1).stream()
                .filter(segment -> !segment.isIndexed())
                .sorted(Comparator.comparing(Segment::number))
                .toList();
    }
}
