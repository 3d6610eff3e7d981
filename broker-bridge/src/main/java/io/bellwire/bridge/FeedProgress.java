package io.bellwire.bridge;

import io.bellwire.feed.FeedPosition;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How far one feed has grown and how far its reader has come, as far as the bridge knows. Pure: it is told of events
 * and does nothing by itself. Revisions only ever grow here, in whatever order the events arrive: a look-up that
 * commits have overtaken changes nothing that is known better. Not thread-safe. Times are nanoseconds of one {@link
 * Scheduler}.
 */
final class FeedProgress {
    /** For so long an answer that carried the head is trusted to have arrived, though nobody acknowledges it. */
    private static final long TRUSTED_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Null until a look-up has found the feed: a revision means nothing without its feed's epoch. */
    private @Nullable Epoch epoch;

    private boolean absent;
    private Revision head = Revision.NONE;
    private Revision received = Revision.NONE;
    private Revision processed = Revision.NONE;
    private long trustedUntilNanos;

    private @Nullable Instant oldestAt;
    /** Whether {@link #oldestAt} may be too early, because the change that it belonged to has been processed. */
    private boolean oldestIsStale;

    /** The newest commit added the changes after this one. */
    private Revision beforeNewest = Revision.NONE;

    private Revision newestLast = Revision.NONE;
    private @Nullable Instant newestAt;

    /** The feed has grown. Returns whether its reader had received everything before that. */
    boolean committed(Advance advance) {
        absent = false;
        boolean wasUpToDate = !received.isBefore(head) && advance.head().isAfter(head);
        beforeNewest = advance.head().plus(-advance.added());
        newestLast = advance.head();
        newestAt = advance.at();
        head = Revision.max(head, advance.head());
        updateOldest(false);
        return wasUpToDate;
    }

    /**
     * A feed answer carried changes up to {@code revision}. The bridge may learn of their commit only later.
     *
     * @return whether this was further than the reader was known to have come
     */
    boolean received(Revision revision, long nowNanos) {
        if (!revision.isAfter(received)) {
            return false;
        }
        received = revision;
        head = Revision.max(head, revision);
        updateOldest(false);
        if (!isBehind()) {
            trustedUntilNanos = nowNanos + TRUSTED_NANOS;
        }
        return true;
    }

    /** The reader has processed all changes up to {@code revision}. */
    void processed(Revision revision) {
        if (revision.isAfter(processed)) {
            processed = revision;
            updateOldest(true);
        }
    }

    /**
     * A look-up has found the feed. Commits and reads since then may have overtaken it.
     *
     * @return whether this was the first look-up that found it, and the reader is behind
     */
    boolean found(FeedPosition position) {
        boolean isFirst = epoch == null;
        epoch = position.epoch();
        absent = false;
        boolean tellsOldest = !position.processed().isBefore(processed) && position.oldestPendingAt() != null;
        head = Revision.max(head, position.head());
        received = Revision.max(received, Revision.max(position.received(), position.processed()));
        processed = Revision.max(processed, position.processed());
        if (tellsOldest) {
            oldestAt = position.oldestPendingAt();
            oldestIsStale = false;
        } else {
            updateOldest(true);
        }
        return isFirst && isBehind();
    }

    /** A look-up has found no such feed: there is nothing to signal until something is committed to it. */
    void notFound() {
        absent = epoch == null;
    }

    boolean needsLookup() {
        return epoch == null ? !absent : oldestIsStale;
    }

    /** Whether the reader may be about to read: it is behind, or nobody knows yet whether it is. */
    boolean mayBeBehind() {
        return epoch == null ? !absent : isBehind();
    }

    boolean isBehind() {
        return received.isBefore(head);
    }

    boolean isAcknowledged() {
        return !processed.isBefore(head);
    }

    @Nullable Epoch epoch() {
        return epoch;
    }

    Revision head() {
        return head;
    }

    Revision received() {
        return received;
    }

    /** Until when the answer that carried the head needs no acknowledgement. */
    long trustedUntilNanos() {
        return trustedUntilNanos;
    }

    /** Changes up to {@code revision} that the reader has not processed. */
    long pending(Revision revision) {
        return Math.max(0, revision.minus(processed));
    }

    /** When the oldest change that is not processed was committed; null if there is none. */
    @Nullable Instant oldestAt() {
        return oldestAt;
    }

    /** Finds out when the change after {@link #processed} was committed, as far as that is known without a look-up. */
    private void updateOldest(boolean moved) {
        if (!processed.isBefore(head)) {
            oldestAt = null;
            oldestIsStale = false;
        } else if (!beforeNewest.isAfter(processed) && processed.isBefore(newestLast)) {
            oldestAt = newestAt;
            oldestIsStale = false;
        } else if (moved || oldestAt == null) {
            oldestIsStale = true;
            if (oldestAt == null) {
                oldestAt = newestAt;
            }
        }
    }
}
