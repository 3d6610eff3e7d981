package io.bellwire.bridge;

import io.bellwire.bridge.SendAttempt.Kind;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.route.SignalRule;
import io.bellwire.route.Tier;
import io.bellwire.runtime.Scheduler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What was signalled on one channel, and when the next signal is due. Pure: told of events and the time, it decides; it
 * does nothing by itself. Not thread-safe. Times are nanoseconds of one {@link Scheduler}.
 */
final class ChannelState {
    private final SignalChannel channel;
    private final FeedProgress feed;
    private final SignalRule plainRule;
    private final long answerTimeoutNanos;
    private final ReminderBackoff reminders;

    private boolean closed;
    private Optional<Cursor> lastHeard = Optional.empty();
    /** Null until a signal was sent. */
    private @Nullable Revision signalledRevision;

    private int remindersSent;
    private long sentNanos = -SignalRule.WINDOW_MAX.toNanos();
    private long newsSentNanos = sentNanos;
    private long reminderNanos;
    /** Whether the last signal was not written, so that the next one is another attempt at it. */
    private boolean unwritten;
    /**
     * The head that the channel was signalled apart from any answer, so that it does not matter which answers arrived;
     * null for none.
     */
    private @Nullable Revision certainHead;

    /** Whether the last signal could not be sent, which may be for its length. */
    private boolean tooLong;

    private @Nullable RoutingDecision decision;
    private long newsSinceNanos = Scheduler.NEVER_NANOS;

    private long tickets;
    private @Nullable SendAttempt underWay;
    private long answerDueNanos;

    ChannelState(SignalChannel channel, FeedProgress feed, BridgeOptions options) {
        this.channel = channel;
        this.feed = feed;
        plainRule = options.plainRule();
        answerTimeoutNanos = options.answerTimeout().toNanos();
        reminders = options.reminders();
    }

    SignalChannel channel() {
        return channel;
    }

    boolean isClosed() {
        return closed;
    }

    /** Nobody is at the end of the channel any more. This state is then of no use; an opening makes a new one. */
    void close() {
        closed = true;
    }

    /** The reader at the end of the channel is new: it has heard nothing but what the channel says. */
    void opened(Optional<Cursor> readerHasHeard) {
        lastHeard = readerHasHeard;
        decision = null;
        tooLong = false;
        signalledRevision = null;
        remindersSent = 0;
        unwritten = false;
        underWay = null;
    }

    /**
     * The feed has grown.
     *
     * @param wasUpToDate whether the reader had received everything before that
     */
    void feedHasGrown(boolean wasUpToDate, long nowNanos) {
        if (wasUpToDate) {
            // should these changes not be for this channel, it reminds all the same if nobody reads them
            reminderNanos = Math.max(reminderNanos, nowNanos + reminders.first().toNanos());
        }
        if (feed.isBehind() && newsSinceNanos == Scheduler.NEVER_NANOS) {
            newsSinceNanos = nowNanos;
        }
    }

    /** Whether a signal waits for its window that a read of everything makes needless. */
    boolean hasSignalWaiting() {
        return feed.epoch() != null
                && signalledRevision != null
                && feed.received().isBefore(newsHead())
                && newsHead().isAfter(signalledRevision)
                && (underWay == null || underWay.signal().revision().isBefore(newsHead()));
    }

    /** The reader has read further, perhaps to the head. */
    void feedWasRead(long nowNanos) {
        remindersSent = 0;
        tooLong = false;
        // a reader that reads on, page by page, needs no reminder while it does
        reminderNanos = nowNanos + reminders.first().toNanos();
        if (!feed.isBehind()) {
            unwritten = false;
            newsSinceNanos = Scheduler.NEVER_NANOS;
        }
    }

    boolean wasReminded() {
        return remindersSent > 0;
    }

    /** The revision after which changes have to be routed before a signal can be sent; null if none have to. */
    @Nullable Revision unroutedAfter() {
        Revision known = known();
        boolean isDecided = signalledRevision == null || !known.isBefore(feed.head()) || decision() != null;
        return underWay != null || feed.epoch() == null || isDecided ? null : known;
    }

    /** The newest change that the reader knows of: by a signal on this channel, or because it has received it. */
    private Revision known() {
        return signalledRevision == null ? feed.received() : Revision.max(signalledRevision, feed.received());
    }

    /** What the routes say of the changes after {@link #unroutedAfter}. Without this, they are plain news. */
    void routed(RoutingDecision newDecision) {
        decision = newDecision;
    }

    /** The newest change that is to be signalled here as soon as its window allows. */
    private Revision newsHead() {
        RoutingDecision current = decision();
        return current == null ? feed.head() : current.newsHead();
    }

    /** A rule with a long window makes news wait for news, and not for a greeting. */
    private long windowEndsNanos() {
        long windowNanos = rule().window().toNanos();
        return Math.max(sentNanos + Math.min(windowNanos, plainRule.window().toNanos()), newsSentNanos + windowNanos);
    }

    private SignalRule rule() {
        RoutingDecision current = decision();
        return current == null || signalledRevision == null ? plainRule : current.rule();
    }

    /** The decision on all changes that there are; null if some have not been routed. */
    private @Nullable RoutingDecision decision() {
        return decision != null && !decision.routedUpTo().isBefore(feed.head()) ? decision : null;
    }

    /** When {@link #attemptIfDue} wants to be called next; {@link Scheduler#NEVER_NANOS} if only after a further event. */
    long dueNanos() {
        if (underWay != null) {
            return answerDueNanos;
        }
        if (feed.epoch() == null) {
            return Scheduler.NEVER_NANOS;
        }
        if (signalledRevision != null && !feed.isBehind()) {
            return isUncertain() ? Math.max(reminderNanos, feed.trustedUntilNanos()) : Scheduler.NEVER_NANOS;
        }
        boolean isNews = signalledRevision == null || newsHead().isAfter(known());
        return unwritten || !isNews ? reminderNanos : windowEndsNanos();
    }

    /** As {@link #dueNanos}, supposing that the signal which is under way is written. */
    long dueIfWrittenNanos() {
        return underWay == null ? dueNanos() : reminderNanos;
    }

    /**
     * Whether the answer that carried the head may have reached nobody: the reader may have given up a request and sent
     * another, and the server may answer the first one after the second, with a change that the reader then never gets.
     */
    private boolean isUncertain() {
        return !feed.isAcknowledged() && (certainHead == null || certainHead.isBefore(feed.head()));
    }

    /**
     * The signal that is to be sent now, or null. What becomes of it goes to {@link #recordOutcome}.
     *
     * @param spreadMillis over which time the reader should spread its request, if it has to make one
     * @param oneRule whether one rule holds for all changes, so that none have to be routed
     */
    @Nullable SendAttempt attemptIfDue(long nowNanos, RandomGenerator random, long spreadMillis, boolean oneRule) {
        Epoch epoch = feed.epoch();
        boolean mustWait = !oneRule && unroutedAfter() != null;
        if (underWay != null || epoch == null || mustWait || dueNanos() > nowNanos) {
            return null;
        }
        Revision head = feed.head();
        if (signalledRevision == null && isHead(lastHeard)) {
            signalledRevision = head;
            certainHead = head;
            reminderNanos = nowNanos + reminders.first().toNanos();
            return null;
        }
        Kind kind = signalledRevision == null
                ? Kind.GREETING
                : newsHead().isAfter(signalledRevision) ? Kind.NEWS : Kind.REMINDER;
        if (unwritten || kind == Kind.REMINDER) {
            remindersSent++;
        }
        if (!feed.isBehind()) {
            certainHead = head;
        }
        long spread = feed.isBehind() ? spreadMillis : 0;
        sentNanos = nowNanos;
        newsSentNanos = kind == Kind.NEWS ? nowNanos : newsSentNanos;
        reminderNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(spread) + reminders.delayNanos(remindersSent, random);
        answerDueNanos = nowNanos + answerTimeoutNanos;
        SignalRule rule = kind == Kind.NEWS ? rule() : plainRule;
        RoutingDecision listed = rule.tier() == Tier.SIGNAL ? null : decision();
        Revision revision = listed == null ? head : listed.newsHead();
        Revision after = listed == null ? head : Revision.max(listed.after(), known());
        long pending = feed.pending(revision);
        Signal signal = new Signal(epoch, revision, pending, pending == 0 ? null : feed.oldestAt(), spread);
        long waitedSince = kind == Kind.NEWS ? newsSinceNanos : Scheduler.NEVER_NANOS;
        SendAttempt attempt = new SendAttempt(++tickets, kind, signal, rule, after, tooLong, waitedSince);
        newsSinceNanos = Scheduler.NEVER_NANOS;
        underWay = attempt;
        return attempt;
    }

    /** Whether a reader with this cursor, which the channel has checked, has heard of all changes. */
    private boolean isHead(Optional<Cursor> cursor) {
        return cursor.isPresent()
                && cursor.get().epoch().equals(feed.epoch())
                && cursor.get().revision().equals(feed.head());
    }

    /** The attempt that the channel should have answered by now, or null. Give it to {@link #recordOutcome} as failed. */
    @Nullable SendAttempt overdue(long nowNanos) {
        return underWay != null && answerDueNanos <= nowNanos ? underWay : null;
    }

    /**
     * The channel's answer.
     *
     * @return whether it still matters: false if nobody waits for it any more, or it belongs to an earlier connection
     */
    boolean recordOutcome(SendAttempt attempt, Handover outcome) {
        if (underWay == null || underWay.ticket() != attempt.ticket()) {
            return false;
        }
        underWay = null;
        boolean mayBeTooLong = outcome == Handover.FAILED && attempt.rule().tier() != Tier.SIGNAL && !attempt.tooLong();
        tooLong = outcome == Handover.FAILED;
        unwritten = outcome != Handover.WRITTEN && !mayBeTooLong;
        if (outcome == Handover.WRITTEN) {
            Revision sent = attempt.signal().revision();
            signalledRevision = signalledRevision == null ? sent : Revision.max(signalledRevision, sent);
        } else if (signalledRevision != null && !feed.isBehind()) {
            unwritten = false;
            certainHead = null;
        }
        closed |= outcome == Handover.NOT_SUBSCRIBED;
        return true;
    }
}
