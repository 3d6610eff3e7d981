package io.bellwire.segment;

import io.bellwire.log.LogStore.Forgotten;
import io.bellwire.log.Position;
import io.bellwire.log.StoredResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Drops the oldest segments once all in them is older than is to be kept. What must live on is written once more first, to the newest
 * segment, in small records between those of others: the newest change of each feed, the newest event of each order, responses that are
 * still kept. It may be killed anywhere: what was written twice counts once.
 */
final class SegmentRetention {
    /** Segments that are not full end by time, or a log that is written rarely would keep everything. */
    private static final int SEGMENTS_PER_PERIOD = 8;

    private static final int FEEDS_PER_RECORD = 200;
    private static final int ITEMS_PER_RECORD = 200;
    private static final int RECORD_BYTES_MAX = 1 << 20;

    private final SegmentLog log;
    private final LogState state;
    private final Segments segments;

    SegmentRetention(SegmentLog log) {
        this.log = log;
        this.state = log.state();
        this.segments = log.segments();
    }

    /** See {@link io.bellwire.log.LogStore#expire}. */
    long expire(long nowMillis, long keptMillis, long answersKeptMillis, Forgotten forgotten) throws IOException {
        log.endSegmentOlderThan(keptMillis / SEGMENTS_PER_PERIOD, nowMillis);
        long dropped = 0;
        for (Segment oldest = oldestFull(); oldest != null; oldest = oldestFull()) {
            SegmentFacts facts = oldest.facts();
            if (facts == null
                    || !(oldest.index() instanceof SealedIndex index)
                    || log.ageAt(nowMillis) - facts.lastAgeMillis() <= keptMillis) {
                break;
            }
            if (state.stateFrom() <= oldest.number()) {
                log.writeState(nowMillis);
            }
            Map<Integer, Position> earliest = carryFeeds(nowMillis, oldest, index);
            carryOrders(nowMillis, oldest, index);
            if (log.ageAt(nowMillis) - facts.lastAgeMillis() <= answersKeptMillis) {
                carryResponses(nowMillis, nowMillis - answersKeptMillis, oldest, index);
            }
            log.dropOldest();
            earliest.forEach(forgotten::upTo);
            dropped += index.eventCount();
        }
        return dropped;
    }

    private @Nullable Segment oldestFull() {
        List<Segment> all = segments.all();
        return all.size() > 1 ? all.get(0) : null;
    }

    /** Tells each feed where it begins from now on. */
    private Map<Integer, Position> carryFeeds(long nowMillis, Segment oldest, SealedIndex index) {
        Map<Integer, Position> earliest = new HashMap<>();
        int[] next = new int[1];
        while (index.feedAt(next[0]) != null) {
            log.append(nowMillis, false, to -> {
                int start = to.position();
                for (int i = 0; i < FEEDS_PER_RECORD && to.position() - start < RECORD_BYTES_MAX; i++) {
                    FeedRange range = index.feedAt(next[0]);
                    if (range == null) {
                        return;
                    }
                    earliest.put(range.no(), carryFeed(oldest, index, range, to));
                    next[0]++;
                }
            });
        }
        return earliest;
    }

    private Position carryFeed(Segment oldest, SealedIndex index, FeedRange range, ItemWriter to) {
        FeedState.Facts facts = state.facts(range.no());
        long last = range.first() + range.count() - 1;
        if (last < facts.head().revision()) {
            EntryRows rows = index.entries(range, last, 1);
            Position earliest = new Position(last, rows.chains()[0]);
            to.earliest(range.no(), earliest);
            return earliest;
        }
        if (segments.isNewestAfter(oldest.number(), range.no(), last)) {
            return facts.earliest(); // carried before, by a process that was killed before it could drop the segment
        }
        EntryRows rows = index.entries(range, last, 1);
        ItemPlace place = new ItemPlace(rows.offsets()[0], rows.lengths()[0]);
        Position before = range.count() > 1
                ? new Position(last - 1, index.entries(range, last - 1, 1).chains()[0])
                : facts.earliest();
        EventBody.Stored stored = oldest.event(place);
        UUID order = stored.event().order();
        OrderPlace newest = order == null ? null : index.order(order);
        boolean isNewestOfOrder = order != null
                && newest != null
                && newest.place().equals(place)
                && !segments.hasOrderAfter(oldest.number(), order);
        to.event(stored.event(), isNewestOfOrder ? stored.owner() : 0, isNewestOfOrder);
        to.entry(range.no(), new Position(last, rows.chains()[0]), true);
        to.earliest(range.no(), before);
        return before;
    }

    private void carryOrders(long nowMillis, Segment oldest, SealedIndex index) {
        UUID after = null;
        while (true) {
            List<OrderPlace> page = index.orders(after, ITEMS_PER_RECORD);
            if (page.isEmpty()) {
                return;
            }
            List<OrderPlace> alive = new ArrayList<>(page);
            while (!alive.isEmpty()) {
                log.append(nowMillis, false, to -> {
                    int start = to.position();
                    while (!alive.isEmpty() && to.position() - start < RECORD_BYTES_MAX) {
                        OrderPlace order = alive.remove(alive.size() - 1);
                        // asked while nobody writes: an order that is changed from now on is in the log after this
                        if (!segments.hasOrderAfter(oldest.number(), order.id())) {
                            EventBody.Stored stored = oldest.event(order.place());
                            to.event(stored.event(), order.owner(), true);
                        }
                    }
                });
            }
            after = page.get(page.size() - 1).id();
        }
    }

    private void carryResponses(long nowMillis, long beforeMillis, Segment oldest, SealedIndex index) {
        int[] next = new int[1];
        while (index.responseAt(next[0]) != null) {
            log.append(nowMillis, false, to -> {
                int start = to.position();
                for (int i = 0; i < ITEMS_PER_RECORD && to.position() - start < RECORD_BYTES_MAX; i++) {
                    ItemPlace place = index.responseAt(next[0]);
                    if (place == null) {
                        return;
                    }
                    StoredResponse answer = oldest.response(place);
                    if (answer.atMillis() >= beforeMillis) {
                        to.response(answer);
                    }
                    next[0]++;
                }
            });
        }
    }
}
