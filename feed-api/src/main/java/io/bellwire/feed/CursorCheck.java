package io.bellwire.feed;

import io.bellwire.feed.FeedRead.Reason;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Checks whether a feed can be continued from a cursor: the cursor is the feed's own, and the log still has its change.
 * Thread-safe.
 */
public final class CursorCheck {
    private final EventLog log;

    public CursorCheck(EventLog log) {
        this.log = log;
    }

    /**
     * Why the feed cannot be continued from {@code cursor}; empty if it can. Never blocks: if the change is not in
     * memory, one of the log's reader threads asks the store.
     */
    public CompletionStage<Optional<Reason>> check(Feed feed, Cursor cursor) {
        MemoryCheck check = checkInMemory(feed, cursor);
        return check.isCertain()
                ? CompletableFuture.completedFuture(check.reason())
                : log.onReader(() -> checkInStore(feed, cursor));
    }

    /** The same, but blocks: to be called on a thread that may. */
    public Optional<Reason> checkNow(Feed feed, Cursor cursor) {
        MemoryCheck check = checkInMemory(feed, cursor);
        return check.isCertain() ? check.reason() : checkInStore(feed, cursor);
    }

    /** Whether memory is enough to know that the feed can be continued from {@code cursor}; the store is not asked. */
    public static boolean isKnownValid(Feed feed, Cursor cursor) {
        MemoryCheck check = checkInMemory(feed, cursor);
        return check.isCertain() && check.reason().isEmpty();
    }

    /** The result of a check in memory; only if it is certain does {@code reason} count. */
    private record MemoryCheck(boolean isCertain, Optional<Reason> reason) {
        private static final MemoryCheck UNCERTAIN = new MemoryCheck(false, Optional.empty());

        private static MemoryCheck refused(Reason reason) {
            return new MemoryCheck(true, Optional.of(reason));
        }
    }

    private static MemoryCheck checkInMemory(Feed feed, Cursor cursor) {
        if (!cursor.epoch().equals(feed.epoch())) {
            return MemoryCheck.refused(Reason.EPOCH_CHANGED);
        }
        if (cursor.revision().isAfter(feed.head())) {
            return MemoryCheck.refused(Reason.AHEAD_OF_LOG);
        }
        if (cursor.revision().isBefore(feed.earliest().revision())) {
            return MemoryCheck.refused(Reason.BEFORE_RETENTION);
        }
        // most cursors are at one of the reader's own positions, which were checked when the reader reached them
        if (cursor.position().equals(feed.processedPosition())
                || cursor.position().equals(feed.receivedPosition())) {
            return new MemoryCheck(true, Optional.empty());
        }
        OptionalInt chain = feed.chainAt(cursor.revision());
        return chain.isEmpty() ? MemoryCheck.UNCERTAIN : new MemoryCheck(true, checkChain(cursor, chain.getAsInt()));
    }

    private Optional<Reason> checkInStore(Feed feed, Cursor cursor) {
        List<Change> changes =
                log.store().read(feed, cursor.revision().previous(), cursor.revision(), 1, Long.MAX_VALUE);
        // the store no longer has this change: retention has dropped it meanwhile
        return changes.isEmpty()
                ? Optional.of(Reason.BEFORE_RETENTION)
                : checkChain(cursor, changes.get(0).chain());
    }

    private static Optional<Reason> checkChain(Cursor cursor, int chain) {
        return chain == cursor.chain() ? Optional.empty() : Optional.of(Reason.CURSOR_NOT_IN_LOG);
    }
}
