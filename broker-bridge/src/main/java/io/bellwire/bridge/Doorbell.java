package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.Standing;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedListener.Advance;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the reader at the end of one line is to hear, and when. Pure: told of events and the time, it decides; it does nothing by
 * itself. Not thread-safe.
 *
 * <p>Positions only ever grow here, whatever order the news of them comes in: a look-up that was overtaken by commits
 * changes nothing that is known better. Times are nanoseconds of one {@link Scheduler}.
 */
final class Doorbell {
    static final long NEVER_NANOS = Long.MAX_VALUE;
    private static final long NOTHING_TOLD = -1;

    private final long windowNanos;
    private final long patienceNanos;
    private final Backoff again;

    /** Null until a look-up has told where the device stands: a revision without its log's epoch means nothing. */
    private @Nullable Epoch epoch;

    private boolean absent;
    private long head;
    private long received;
    private long processed;

    private @Nullable Instant oldestAt;
    /** Whether {@link #oldestAt} may be too early, because the change that it belonged to is done. */
    private boolean oldestStale;

    private long groupFirst;
    private long groupLast;
    private @Nullable Instant groupAt;

    private long toldRevision = NOTHING_TOLD;
    private int attempts;
    private long windowEndsNanos;
    private long againNanos;
    private boolean refused;
    private long newsSinceNanos = NEVER_NANOS;

    private long tickets;
    private @Nullable Stroke out;
    private long overdueNanos;

    Doorbell(BridgeOptions options) {
        windowNanos = options.window().toNanos();
        patienceNanos = options.patience().toNanos();
        again = options.again();
    }

    /** Who is at the end of the line is new: whatever somebody earlier has heard, this one has heard nothing. */
    void opened() {
        toldRevision = NOTHING_TOLD;
        attempts = 0;
        refused = false;
        out = null;
    }

    /** The feed has grown. */
    void committed(Advance advance, long nowNanos) {
        absent = false;
        groupFirst = advance.head() - advance.added() + 1;
        groupLast = advance.head();
        groupAt = advance.at();
        head = Math.max(head, advance.head());
        if (received < head && newsSinceNanos == NEVER_NANOS) {
            newsSinceNanos = nowNanos;
        }
        settleOldest(false);
    }

    /**
     * A feed answer carried changes up to {@code revision}. The commit of those may be heard of only later.
     *
     * @return whether this made a signal needless that was waiting for its window
     */
    boolean received(long revision, long nowNanos) {
        if (revision <= received) {
            return false;
        }
        boolean waiting =
                epoch != null && received < head && head > toldRevision && (out == null || outRevision() < head);
        received = revision;
        head = Math.max(head, revision);
        attempts = 0;
        // A device that reads on, page by page, needs no reminder while it does.
        againNanos = nowNanos + again.first().toNanos();
        settleOldest(false);
        if (received < head) {
            return false;
        }
        refused = false;
        newsSinceNanos = NEVER_NANOS;
        return waiting && toldRevision != NOTHING_TOLD;
    }

    /** The device is done up to {@code revision}, and so has received that far. Returns as {@link #received} does. */
    boolean processed(long revision, long nowNanos) {
        boolean skipped = received(revision, nowNanos);
        if (revision > processed) {
            processed = revision;
            settleOldest(true);
        }
        return skipped;
    }

    /** A look-up found the feed. It may be older than what commits and readers have told since it was asked for. */
    void stands(Standing standing) {
        epoch = standing.epoch();
        absent = false;
        boolean tellsOldest = standing.processed() >= processed && standing.oldestPendingAt() != null;
        head = Math.max(head, standing.head());
        received = Math.max(received, Math.max(standing.received(), standing.processed()));
        processed = Math.max(processed, standing.processed());
        if (tellsOldest) {
            oldestAt = standing.oldestPendingAt();
            oldestStale = false;
        } else {
            settleOldest(true);
        }
    }

    /** A look-up found no such feed: there is nothing to tell until something is committed to it. */
    void absent() {
        absent = epoch == null;
    }

    /** Whether a look-up is needed to know what to tell. */
    boolean needsStanding() {
        return epoch == null ? !absent : oldestStale;
    }

    boolean isBehind() {
        return received < head;
    }

    /** When {@link #ringIfDue} wants to be called next; {@link #NEVER_NANOS} if only after a further event. */
    long dueNanos() {
        if (out != null) {
            return overdueNanos;
        }
        if (epoch == null || (toldRevision != NOTHING_TOLD && received >= head)) {
            return NEVER_NANOS;
        }
        return refused || head <= toldRevision ? againNanos : windowEndsNanos;
    }

    /** The signal that is to be handed over now, or null. The line's answer goes to {@link #handedOver}. */
    @Nullable Stroke ringIfDue(long nowNanos, RandomGenerator random) {
        if (out != null || epoch == null || dueNanos() > nowNanos) {
            return null;
        }
        Kind kind = toldRevision == NOTHING_TOLD ? Kind.GREETING : head > toldRevision ? Kind.NEWS : Kind.REMINDER;
        if (refused || kind == Kind.REMINDER) {
            attempts++;
        }
        windowEndsNanos = nowNanos + windowNanos;
        againNanos = nowNanos + again.delayNanos(attempts, random);
        overdueNanos = nowNanos + patienceNanos;
        long pending = Math.max(0, head - processed);
        Signal signal = new Signal(epoch, head, pending, pending == 0 ? null : oldestAt);
        Stroke stroke = new Stroke(++tickets, kind, signal, kind == Kind.NEWS ? newsSinceNanos : NEVER_NANOS);
        newsSinceNanos = NEVER_NANOS;
        out = stroke;
        return stroke;
    }

    /** Whether the line has owed an answer for too long. Its stroke is to be handed to {@link #handedOver} as failed. */
    @Nullable Stroke overdue(long nowNanos) {
        return out != null && overdueNanos <= nowNanos ? out : null;
    }

    /**
     * The line's answer.
     *
     * @return whether it still matters: false if it was given up, or belongs to an earlier connection
     */
    boolean handedOver(Stroke stroke, Handover handover) {
        if (out == null || out.ticket() != stroke.ticket()) {
            return false;
        }
        out = null;
        refused = handover != Handover.WRITTEN;
        if (!refused) {
            toldRevision = Math.max(toldRevision, stroke.signal().revision());
        } else if (toldRevision != NOTHING_TOLD && received >= head) {
            refused = false;
        }
        return true;
    }

    private long outRevision() {
        return out == null ? NOTHING_TOLD : out.signal().revision();
    }

    /** Finds out when the change after {@link #processed} was committed, as far as that is known without asking. */
    private void settleOldest(boolean moved) {
        if (processed >= head) {
            oldestAt = null;
            oldestStale = false;
        } else if (groupFirst <= processed + 1 && processed + 1 <= groupLast) {
            oldestAt = groupAt;
            oldestStale = false;
        } else if (moved || oldestAt == null) {
            oldestStale = true;
            if (oldestAt == null) {
                oldestAt = groupAt;
            }
        }
    }

    /** Why a line is rung. */
    enum Kind {
        /** The line has just opened. */
        GREETING,
        /** The feed has grown. */
        NEWS,
        /** The reader was told, and has not come. */
        REMINDER
    }

    /**
     * One signal on its way to the line.
     *
     * @param newsSinceNanos since when what it tells waits; {@link #NEVER_NANOS} if that is not known
     */
    record Stroke(long ticket, Kind kind, Signal signal, long newsSinceNanos) {}
}
