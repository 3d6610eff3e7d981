package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.FeedPosition;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.route.SignalRule;
import io.bellwire.route.Tier;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the reader at the end of one line is to hear, and when. Pure: told of events and the time, it decides; it does nothing by
 * itself. Not thread-safe.
 *
 * <p>Positions only ever grow here, whatever order the news of them comes in: a look-up that was overtaken by commits
 * changes nothing that is known better. Times are nanoseconds of one {@link Scheduler}.
 */
final class SignalState {
    static final long NEVER_NANOS = Long.MAX_VALUE;
    private static final long NOTHING_TOLD = -1;
    /** For so long an answer that carried everything is taken to have arrived, though nobody acknowledges it. */
    private static final long UNDOUBTED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SignalRule usual;
    private final long patienceNanos;
    private final ReminderBackoff again;

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
    private long rungNanos = -SignalRule.WINDOW_MAX.toNanos();
    private long newsNanos = rungNanos;
    private long againNanos;
    private boolean refused;
    /** When an answer that carried the head is doubted if nobody has acknowledged it. */
    private long doubtNanos;
    /** The head that is not doubted: the line has heard of it, whatever became of the answer that carried it. */
    private long askedAgainFor = NOTHING_TOLD;
    /** Whether the last message could not be sent, which may be for its length. */
    private boolean tooMuch;

    private @Nullable RoutingDecision verdict;
    private Optional<Cursor> told = Optional.empty();
    private long newsSinceNanos = NEVER_NANOS;

    private long tickets;
    private @Nullable Stroke out;
    private long overdueNanos;

    SignalState(BridgeOptions options) {
        usual = options.plainRule();
        patienceNanos = options.patience().toNanos();
        again = options.again();
    }

    /**
     * Who is at the end of the line is new: whatever somebody earlier has heard, this one has heard nothing but what it
     * says itself.
     */
    void opened(Optional<Cursor> lastTold) {
        told = lastTold;
        verdict = null;
        tooMuch = false;
        toldRevision = NOTHING_TOLD;
        attempts = 0;
        refused = false;
        out = null;
    }

    /** The feed has grown. Returns false: no signal is needless for it. */
    boolean committed(Advance advance, long nowNanos) {
        absent = false;
        if (received >= head && advance.head() > head) {
            // should these changes not be for this line, it rings all the same if nobody comes for them
            againNanos = Math.max(againNanos, nowNanos + again.first().toNanos());
        }
        groupFirst = advance.head() - advance.added() + 1;
        groupLast = advance.head();
        groupAt = advance.at();
        head = Math.max(head, advance.head());
        if (received < head && newsSinceNanos == NEVER_NANOS) {
            newsSinceNanos = nowNanos;
        }
        settleOldest(false);
        return false;
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
        boolean waiting = epoch != null
                && received < newsHead()
                && newsHead() > toldRevision
                && (out == null || outRevision() < newsHead());
        received = revision;
        head = Math.max(head, revision);
        attempts = 0;
        tooMuch = false;
        // A device that reads on, page by page, needs no reminder while it does.
        againNanos = nowNanos + again.first().toNanos();
        settleOldest(false);
        if (received < head) {
            return false;
        }
        refused = false;
        doubtNanos = nowNanos + UNDOUBTED_NANOS;
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

    /**
     * A look-up found the feed. It may be older than what commits and readers have told since it was asked for.
     *
     * @return whether it was the first, and found the reader behind
     */
    boolean stands(FeedPosition standing) {
        boolean isFirst = epoch == null;
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
        return isFirst && isBehind();
    }

    /** A look-up found no such feed: nothing to tell until something is committed to it. Returns false. */
    boolean absent() {
        absent = epoch == null;
        return false;
    }

    /** Whether a look-up is needed to know what to tell. */
    boolean needsStanding() {
        return epoch == null ? !absent : oldestStale;
    }

    boolean isBehind() {
        return received < head;
    }

    /** Whether the reader is about to ask for the feed: it is behind, or may be, and was not reminded yet. */
    boolean isExpected() {
        return epoch == null ? !absent : received < head && attempts == 0;
    }

    /** The revision after which changes have to be judged before it can be said how they ring; -1 if none have to. */
    long unjudgedAfter() {
        long known = Math.max(toldRevision, received);
        boolean isKnown = toldRevision == NOTHING_TOLD || known >= head || verdict() != null;
        return out != null || epoch == null || isKnown ? -1 : known;
    }

    /** How the changes after {@link #unjudgedAfter} ring. Those that nobody judges are news, and ring plainly. */
    void judged(RoutingDecision judgement) {
        verdict = judgement;
    }

    long head() {
        return head;
    }

    /** The newest change that rings on this line as soon as it may. */
    private long newsHead() {
        RoutingDecision holding = verdict();
        return holding == null ? head : holding.newsHead();
    }

    /** A rule with a long window makes news wait for news, and not for a greeting. */
    private long windowEndsNanos() {
        long windowNanos = rule().window().toNanos();
        return Math.max(rungNanos + Math.min(windowNanos, usual.window().toNanos()), newsNanos + windowNanos);
    }

    private SignalRule rule() {
        RoutingDecision holding = verdict();
        return holding == null || toldRevision == NOTHING_TOLD ? usual : holding.rule();
    }

    /** The verdict on all that there is; null if there is something that was not judged. */
    private @Nullable RoutingDecision verdict() {
        return verdict != null && verdict.judgedUpTo() >= head ? verdict : null;
    }

    /** When {@link #ringIfDue} wants to be called next; {@link #NEVER_NANOS} if only after a further event. */
    long dueNanos() {
        if (out != null) {
            return overdueNanos;
        }
        if (epoch == null) {
            return NEVER_NANOS;
        }
        if (toldRevision != NOTHING_TOLD && received >= head) {
            return isDoubtful() ? Math.max(againNanos, doubtNanos) : NEVER_NANOS;
        }
        boolean isNews = toldRevision == NOTHING_TOLD || newsHead() > Math.max(toldRevision, received);
        return refused || !isNews ? againNanos : windowEndsNanos();
    }

    /**
     * Whether the answer that carried the head may have reached nobody: a request that its reader has given up, and asked
     * anew, may be answered later than the new one, with a change that the reader then has not and does not ask for.
     */
    private boolean isDoubtful() {
        return processed < head && askedAgainFor < head;
    }

    /** When the reader is to be reminded if it does not come. */
    long againNanos() {
        return againNanos;
    }

    /**
     * The signal that is to be handed over now, or null. The line's answer goes to {@link #handedOver}.
     *
     * @param spreadMillis over which time the reader should spread its request, if it has to make one
     * @param allAlike whether nothing has to be judged
     */
    @Nullable Stroke ringIfDue(long nowNanos, RandomGenerator random, long spreadMillis, boolean allAlike) {
        boolean mustWait = !allAlike && unjudgedAfter() >= 0;
        if (out != null || epoch == null || mustWait || dueNanos() > nowNanos) {
            return null;
        }
        if (toldRevision == NOTHING_TOLD && isHead(told)) {
            toldRevision = head;
            askedAgainFor = head;
            againNanos = nowNanos + again.first().toNanos();
            return null;
        }
        Kind kind =
                toldRevision == NOTHING_TOLD ? Kind.GREETING : newsHead() > toldRevision ? Kind.NEWS : Kind.REMINDER;
        if (refused || kind == Kind.REMINDER) {
            attempts++;
        }
        if (!isBehind()) {
            askedAgainFor = head;
        }
        long spread = isBehind() ? spreadMillis : 0;
        rungNanos = nowNanos;
        newsNanos = kind == Kind.NEWS ? nowNanos : newsNanos;
        againNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(spread) + again.delayNanos(attempts, random);
        overdueNanos = nowNanos + patienceNanos;
        SignalRule rule = kind == Kind.NEWS ? rule() : usual;
        RoutingDecision holding = rule.tier() == Tier.SIGNAL ? null : verdict();
        long revision = holding == null ? head : holding.newsHead();
        long after = holding == null ? head : Math.max(holding.after(), Math.max(toldRevision, received));
        long pending = Math.max(0, revision - processed);
        Signal signal = new Signal(epoch, revision, pending, pending == 0 ? null : oldestAt, spread);
        Stroke stroke = new Stroke(
                ++tickets, kind, signal, rule, after, tooMuch, kind == Kind.NEWS ? newsSinceNanos : NEVER_NANOS);
        newsSinceNanos = NEVER_NANOS;
        out = stroke;
        return stroke;
    }

    /** Whether a reader with this cursor, which the line has checked, has heard of all that there is. */
    private boolean isHead(Optional<Cursor> cursor) {
        return cursor.isPresent()
                && cursor.get().epoch().equals(epoch)
                && cursor.get().revision() == head;
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
        boolean mayBeTooMuch = handover == Handover.FAILED && stroke.rule().tier() != Tier.SIGNAL && !stroke.tooMuch();
        tooMuch = handover == Handover.FAILED;
        refused = handover != Handover.WRITTEN && !mayBeTooMuch;
        if (handover == Handover.WRITTEN) {
            toldRevision = Math.max(toldRevision, stroke.signal().revision());
        } else if (toldRevision != NOTHING_TOLD && received >= head) {
            refused = false;
            askedAgainFor = NOTHING_TOLD;
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
     * @param rule how it rings
     * @param after the revision before the first change that it lists, if it lists any
     * @param tooMuch whether to list nothing though the rule says so: a message before it could not be sent
     * @param newsSinceNanos since when what it tells waits; {@link #NEVER_NANOS} if that is not known
     */
    record Stroke(
            long ticket, Kind kind, Signal signal, SignalRule rule, long after, boolean tooMuch, long newsSinceNanos) {
        /** How long a message may be that lists changes. */
        int bytesMax() {
            return tooMuch ? 0 : rule.bytesMax();
        }
    }
}
