package io.bellwire.segment;

import io.bellwire.command.StoredResponse;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.LogStore.RetentionListener;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Drops the oldest segments once all in them is older than it must be kept. Before that it copies what must be kept
 * longer to the newest segment: the newest change of each feed, the newest event of each order, and responses whose
 * time is not over. It copies in small records, between which other writes go on. The process may be killed at any
 * point: what was copied twice counts once.
 */
final class SegmentRetention {
    /** A segment that is not full is sealed by time, or a log that is written rarely would keep everything. */
    private static final int SEGMENTS_PER_PERIOD = 8;

    private final SegmentLog log;
    private final LogState state;
    private final Segments segments;

    SegmentRetention(SegmentLog log) {
        this.log = log;
        this.state = log.state();
        this.segments = log.segments();
    }

    /** See {@link io.bellwire.log.LogStore#expire}. */
    long expire(long nowMillis, long keptMillis, long responsesKeptMillis, RetentionListener listener)
            throws IOException {
        log.sealSegmentOlderThan(keptMillis / SEGMENTS_PER_PERIOD, nowMillis);
        long droppedEvents = 0;
        for (Segment oldest = oldestSealed(); oldest != null; oldest = oldestSealed()) {
            SegmentSummary summary = oldest.summary();
            if (summary == null
                    || !(oldest.index() instanceof DiskIndex index)
                    || log.ageAt(nowMillis) - summary.lastWritten().ageMillis() <= keptMillis) {
                break;
            }
            if (state.stateFromSegment() <= oldest.number()) {
                log.writeState(nowMillis);
            }
            Map<Integer, Position> earliest = copyFeeds(nowMillis, oldest, index);
            copyOrders(nowMillis, oldest, index);
            if (log.ageAt(nowMillis) - summary.lastWritten().ageMillis() <= responsesKeptMillis) {
                copyResponses(nowMillis, nowMillis - responsesKeptMillis, oldest, index);
            }
            log.dropOldest();
            earliest.forEach((feedNumber, position) -> listener.deletedUpTo(new FeedNumber(feedNumber), position));
            droppedEvents += index.eventCount();
        }
        return droppedEvents;
    }

    private @Nullable Segment oldestSealed() {
        List<Segment> all = segments.all();
        return all.size() > 1 ? all.get(0) : null;
    }

    /**
     * Copies the newest change of each feed whose changes are all in {@code oldest}; returns each feed's earliest
     * position from now on.
     */
    private Map<Integer, Position> copyFeeds(long nowMillis, Segment oldest, DiskIndex index) {
        Map<Integer, Position> earliest = new HashMap<>();
        int[] next = new int[1];
        while (index.feedRangeAt(next[0]) != null) {
            log.append(nowMillis, false, to -> {
                int start = to.position();
                for (int i = 0; i < RecordLimits.FEEDS_MAX && hasRoom(to, start); i++) {
                    FeedRange range = index.feedRangeAt(next[0]);
                    if (range == null) {
                        return;
                    }
                    earliest.put(range.feedNumber(), copyFeed(oldest, index, range, to));
                    next[0]++;
                }
            });
        }
        return earliest;
    }

    private static boolean hasRoom(ItemWriter to, int start) {
        return to.position() - start < RecordLimits.BYTES_MAX;
    }

    private Position copyFeed(Segment oldest, DiskIndex index, FeedRange range, ItemWriter to) {
        FeedState.Snapshot feed = state.snapshot(range.feedNumber());
        long last = range.lastRevision();
        if (last < feed.head().revision().value()) {
            EntryLocations entry = index.entries(range, last, 1);
            Position earliest = new Position(new Revision(last), entry.chains()[0]);
            to.earliest(range.feedNumber(), earliest);
            return earliest;
        }
        if (segments.isInLaterSegment(oldest.number(), range.feedNumber(), last)) {
            return feed.earliest(); // copied before, by a process that was killed before it could drop the segment
        }
        EntryLocations entry = index.entries(range, last, 1);
        ItemLocation location = new ItemLocation(entry.offsets()[0], entry.lengths()[0]);
        Position before = range.count() > 1
                ? new Position(
                        new Revision(last - 1),
                        index.entries(range, last - 1, 1).chains()[0])
                : feed.earliest();
        EventCodec.StoredEvent stored = oldest.event(location);
        UUID order = stored.event().subject();
        OrderLocation newest = order == null ? null : index.order(order);
        boolean isLatestOfOrder = order != null
                && newest != null
                && newest.location().equals(location)
                && !segments.hasOrderAfter(oldest.number(), order);
        to.event(stored.event(), isLatestOfOrder ? stored.deviceFeedNumber() : 0, isLatestOfOrder);
        to.entry(range.feedNumber(), new Position(new Revision(last), entry.chains()[0]), true);
        to.earliest(range.feedNumber(), before);
        return before;
    }

    private void copyOrders(long nowMillis, Segment oldest, DiskIndex index) {
        UUID after = null;
        while (true) {
            List<OrderLocation> page = index.orders(after, RecordLimits.ORDERS_MAX);
            if (page.isEmpty()) {
                return;
            }
            List<OrderLocation> remaining = new ArrayList<>(page);
            while (!remaining.isEmpty()) {
                log.append(nowMillis, false, to -> {
                    int start = to.position();
                    while (!remaining.isEmpty() && hasRoom(to, start)) {
                        OrderLocation order = remaining.remove(remaining.size() - 1);
                        // no other write runs now: a later change of the order is written after this record
                        if (!segments.hasOrderAfter(oldest.number(), order.id())) {
                            EventCodec.StoredEvent stored = oldest.event(order.location());
                            to.event(stored.event(), order.deviceFeedNumber(), true);
                        }
                    }
                });
            }
            after = page.get(page.size() - 1).id();
        }
    }

    private void copyResponses(long nowMillis, long keptFromMillis, Segment oldest, DiskIndex index) {
        int[] next = new int[1];
        while (index.responseAt(next[0]) != null) {
            log.append(nowMillis, false, to -> {
                int start = to.position();
                for (int i = 0; i < RecordLimits.RESPONSES_MAX && hasRoom(to, start); i++) {
                    ItemLocation location = index.responseAt(next[0]);
                    if (location == null) {
                        return;
                    }
                    StoredResponse response = oldest.response(location);
                    if (response.atMillis() >= keptFromMillis) {
                        to.response(response);
                    }
                    next[0]++;
                }
            });
        }
    }
}
