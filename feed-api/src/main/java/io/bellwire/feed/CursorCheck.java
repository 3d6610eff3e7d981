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

/** Finds out whether a cursor is one of the feed that it is brought to, and the log still has its change. Thread-safe. */
public final class CursorCheck {
    private final EventLog log;

    public CursorCheck(EventLog log) {
        this.log = log;
    }

    /**
     * Why the feed cannot be continued from {@code cursor}; empty if it can. Never blocks; asks the store on a reader if
     * the change is not in memory.
     */
    public CompletionStage<Optional<Reason>> check(Feed feed, Cursor cursor) {
        Look look = inMemory(feed, cursor);
        return look.isEnough()
                ? CompletableFuture.completedFuture(look.reason())
                : log.onReader(() -> inStore(feed, cursor));
    }

    /** The same; blocks, so call it on a reader. */
    public Optional<Reason> checkNow(Feed feed, Cursor cursor) {
        Look look = inMemory(feed, cursor);
        return look.isEnough() ? look.reason() : inStore(feed, cursor);
    }

    /** Whether the feed can be continued from {@code cursor}, as far as that is known without asking the store. */
    public static boolean isKnownGood(Feed feed, Cursor cursor) {
        Look look = inMemory(feed, cursor);
        return look.isEnough() && look.reason().isEmpty();
    }

    /** What memory tells of a cursor, and whether that is enough to know. */
    private record Look(boolean isEnough, Optional<Reason> reason) {
        private static Look found(Reason reason) {
            return new Look(true, Optional.of(reason));
        }
    }

    private static Look inMemory(Feed feed, Cursor cursor) {
        if (!cursor.epoch().equals(feed.epoch())) {
            return Look.found(Reason.EPOCH_CHANGED);
        }
        if (cursor.revision() > feed.head()) {
            return Look.found(Reason.AHEAD_OF_LOG);
        }
        if (cursor.revision() < feed.earliest().revision()) {
            return Look.found(Reason.BEFORE_RETENTION);
        }
        // the reader's own positions were checked when it reached them, and are what it mostly brings
        if (cursor.position().equals(feed.processedPosition())
                || cursor.position().equals(feed.receivedPosition())) {
            return new Look(true, Optional.empty());
        }
        OptionalInt chain = feed.chainAt(cursor.revision());
        return chain.isEmpty() ? new Look(false, Optional.empty()) : new Look(true, compared(cursor, chain.getAsInt()));
    }

    private Optional<Reason> inStore(Feed feed, Cursor cursor) {
        List<Change> changes = log.store().read(feed, cursor.revision() - 1, cursor.revision(), 1, Long.MAX_VALUE);
        // nothing where something must be: retention took it meanwhile
        return changes.isEmpty()
                ? Optional.of(Reason.BEFORE_RETENTION)
                : compared(cursor, changes.get(0).chain());
    }

    private static Optional<Reason> compared(Cursor cursor, int chain) {
        return chain == cursor.chain() ? Optional.empty() : Optional.of(Reason.CURSOR_NOT_IN_LOG);
    }
}
