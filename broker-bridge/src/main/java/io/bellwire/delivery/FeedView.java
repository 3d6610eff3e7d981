package io.bellwire.delivery;

import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one endpoint knows of its partner's feed. Not thread-safe. */
final class FeedView {
    private static final Revision NO_END = new Revision(Cursor.REVISION_MAX);

    /** Of a replay; there is nothing after it. */
    private final Revision end;

    private long head;
    private long read;
    private long processed;
    private @Nullable Epoch epoch;
    private @Nullable FeedSlice atHand;
    private DeliveryStep.@Nullable Load asked;

    /** @param end where it ends, whatever the feed has after that; empty for the whole feed */
    FeedView(Optional<Revision> end) {
        this.end = end.orElse(NO_END);
    }

    long head() {
        return head;
    }

    /** Up to where a feed answer has carried changes to the partner, or the partner has acknowledged. */
    long read() {
        return read;
    }

    long processed() {
        return processed;
    }

    /** The epoch of the feed; null before the first load. */
    @Nullable Epoch epoch() {
        return epoch;
    }

    /** How many changes the partner has not acknowledged. */
    long pending() {
        return Math.max(0, head - processed);
    }

    /** What was loaded, until the end of the turn. */
    @Nullable FeedSlice atHand() {
        return atHand;
    }

    boolean isLoading() {
        return asked != null;
    }

    void moved(long newHead, long newRead, long newProcessed) {
        head = Math.max(head, Math.min(newHead, end.value()));
        processed = Math.max(processed, newProcessed);
        read = Math.max(Math.max(read, newRead), processed);
    }

    void loading(DeliveryStep.Load load) {
        asked = load;
    }

    void loadFailed() {
        asked = null;
    }

    /**
     * What was asked for is there. Returns whether it can be used: retention may have removed changes from the store
     * that the feed still counts.
     */
    boolean loaded(FeedSlice whole) {
        FeedSlice slice = whole.upTo(end);
        Revision from = asked == null ? slice.earliest() : Revision.max(asked.after(), slice.earliest());
        asked = null;
        atHand = slice;
        epoch = slice.head().epoch();
        moved(
                slice.head().revision().value(),
                slice.read().value(),
                slice.processed().value());
        return slice.changes().isEmpty()
                ? head <= from.value()
                : slice.changes().get(0).revision().equals(from.next());
    }

    /** What is at hand is kept no longer. */
    void endTurn() {
        atHand = null;
    }
}
