package io.bellwire.segment;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds things in one segment. Thread-safe; failures are {@link java.io.UncheckedIOException}. */
interface SegmentIndex {
    /** The feed's changes in this segment; null if there are none. */
    @Nullable FeedRange feed(int no);

    /** Up to {@code limit} of the changes in {@code range}, which this index has found, from {@code revision} on. */
    EntryRows entries(FeedRange range, long revision, int limit);

    /** The newest event of the order that is here; null if there is none. */
    @Nullable OrderPlace order(UUID id);

    /** Up to {@code limit} orders that have events here, after {@code after} by id; from the first if it is null. */
    List<OrderPlace> orders(@Nullable UUID after, int limit);

    /** The same of one owner. */
    List<OrderPlace> ordersOf(int owner, @Nullable UUID after, int limit);

    /** The response that is kept for an idempotency key with this hash; null if there is none. */
    @Nullable ItemPlace response(long keyHash);

    /** The event with this number; null if it is not here. */
    @Nullable ItemPlace event(long seq);
}
