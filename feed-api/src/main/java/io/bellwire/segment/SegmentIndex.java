package io.bellwire.segment;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the items of one segment: {@link MemoryIndex} while the segment is written and until its index file is written,
 * {@link DiskIndex} from then on. Thread-safe; failures are {@link java.io.UncheckedIOException}.
 */
interface SegmentIndex {
    /** The feed's changes in this segment; null if there are none. */
    @Nullable FeedRange feedRange(int feedNumber);

    /**
     * Up to {@code limit} of the changes in {@code range} from {@code revision} on.
     *
     * @param range a range that {@link #feedRange} of this index has returned
     */
    EntryLocations entries(FeedRange range, long revision, int limit);

    /** The order's newest event in this segment; null if there is none. */
    @Nullable OrderLocation order(UUID id);

    /**
     * Up to {@code limit} orders that have events here, with ids after {@code after}, by id; from the first if it is
     * null.
     */
    List<OrderLocation> orders(@Nullable UUID after, int limit);

    /** As {@link #orders}, only orders of the device whose feed has this number. */
    List<OrderLocation> ordersOf(int deviceFeedNumber, @Nullable UUID after, int limit);

    /** The response that is kept for an idempotency key with this hash; null if there is none. */
    @Nullable ItemLocation response(long keyHash);

    /** The event with this number; null if it is not in this segment. */
    @Nullable ItemLocation event(long eventNumber);
}
