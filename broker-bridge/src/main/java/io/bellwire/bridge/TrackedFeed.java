package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.FeedPosition;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A feed that has open channels, as the {@link Bridge} keeps it: what is known of the feed once, and what was signalled
 * once for each channel. All of that is guarded by this object's lock; the fields that are marked so belong to the
 * bridge's loop.
 */
final class TrackedFeed {
    final FeedId id;
    /** Puts feeds that are due together into a fixed order. */
    final long serial;
    /** Whether it is in the bridge's queue, where it is at most once. */
    final AtomicBoolean queued = new AtomicBoolean();

    /** When it gets its next turn. The loop's own. */
    long armedNanos = Scheduler.NEVER_NANOS;
    /** Whether a look-up of its position is under way. The loop's own. */
    boolean isLookedUp;
    /** The loop's own. */
    long lookUpNotBeforeNanos;
    /** Look-ups that failed since the last one that did not. The loop's own. */
    int lookUpsFailed;

    private final BridgeOptions options;
    private final FetchSpreader spreader;
    private final FeedProgress progress = new FeedProgress();
    private volatile List<ChannelState> channels = List.of();
    private boolean expected;

    TrackedFeed(FeedId id, BridgeOptions options, FetchSpreader spreader, long serial) {
        this.id = id;
        this.options = options;
        this.spreader = spreader;
        this.serial = serial;
    }

    /** The channels that are open. */
    List<ChannelState> channels() {
        return channels;
    }

    /** Runs the action under this object's lock. */
    synchronized <T> T locked(Supplier<T> action) {
        T result = action.get();
        updateExpected();
        return result;
    }

    /** The channel is open, and its reader is new. */
    synchronized void open(SignalChannel channel) {
        ChannelState state = find(channel);
        if (state == null) {
            state = new ChannelState(channel, progress, options);
            channels = Stream.concat(channels.stream(), Stream.of(state)).toList();
        }
        state.opened(channel.lastHeard());
        updateExpected();
    }

    private @Nullable ChannelState find(SignalChannel channel) {
        for (ChannelState state : channels) {
            if (!state.isClosed() && state.channel().equals(channel)) {
                return state;
            }
        }
        return null;
    }

    /** Closes those channels that {@code which} holds for, and drops all closed ones. Returns how many are open. */
    synchronized int close(Predicate<SignalChannel> which) {
        for (ChannelState state : channels) {
            if (which.test(state.channel())) {
                state.close();
            }
        }
        channels = channels.stream().filter(state -> !state.isClosed()).toList();
        updateExpected();
        return channels.size();
    }

    synchronized void committed(Advance advance, long nowNanos) {
        boolean wasUpToDate = progress.committed(advance);
        channels.forEach(state -> state.feedHasGrown(wasUpToDate, nowNanos));
        updateExpected();
    }

    /** A feed answer has carried changes up to {@code revision}. Returns how many signals this has made needless. */
    synchronized int received(Revision revision, long nowNanos) {
        int waiting = 0;
        for (ChannelState state : channels) {
            waiting += state.hasSignalWaiting() ? 1 : 0;
        }
        if (!progress.received(revision, nowNanos)) {
            return 0;
        }
        channels.forEach(state -> state.feedWasRead(nowNanos));
        updateExpected();
        return progress.isBehind() ? 0 : waiting;
    }

    /** The reader has processed changes up to {@code revision}. Returns as {@link #received} does. */
    synchronized int processed(Revision revision, long nowNanos) {
        int needless = received(revision, nowNanos);
        progress.processed(revision);
        return needless;
    }

    /**
     * A look-up has ended.
     *
     * @param position null if there is no such feed
     * @return whether this is the first that is known of the feed, and its reader is behind
     */
    synchronized boolean lookedUp(@Nullable FeedPosition position) {
        boolean isBehindFromTheStart = false;
        if (position == null) {
            progress.notFound();
        } else {
            isBehindFromTheStart = progress.found(position);
        }
        updateExpected();
        return isBehindFromTheStart;
    }

    /** What the routes say of changes that the channel was not signalled yet. */
    synchronized void routed(ChannelState state, RoutingDecision decision) {
        state.routed(decision);
    }

    /** Records the outcome of an attempt on one of the channels. Returns whether that still matters. */
    synchronized boolean recordOutcome(ChannelState state, SendAttempt attempt, Handover outcome) {
        return state.recordOutcome(attempt, outcome);
    }

    /**
     * Whether something is to be done before the time that the feed is armed for. That time may be out of date
     * while the loop serves the feed, but then the loop has yet to ask what is due.
     */
    synchronized boolean needsTurn() {
        return channels.isEmpty() || progress.needsLookup() || dueNanos() < armedNanos;
    }

    synchronized boolean needsLookup() {
        return progress.needsLookup();
    }

    /** When the first of its channels is due. */
    synchronized long dueNanos() {
        long due = Scheduler.NEVER_NANOS;
        for (ChannelState state : channels) {
            due = Math.min(due, state.dueNanos());
        }
        return due;
    }

    /** The same, supposing that all signals which are under way are written. */
    synchronized long dueIfWrittenNanos() {
        long due = Scheduler.NEVER_NANOS;
        for (ChannelState state : channels) {
            due = Math.min(due, state.dueIfWrittenNanos());
        }
        return due;
    }

    /** How many channels lead to a reader that has not received the head. */
    synchronized int channelsBehind() {
        return progress.isBehind() ? channels.size() : 0;
    }

    synchronized Revision head() {
        return progress.head();
    }

    /** Whether a read is to be expected: the reader is or may be behind, and was not reminded everywhere. */
    private void updateExpected() {
        boolean now = progress.mayBeBehind() && anyUnreminded();
        if (now != expected) {
            expected = now;
            spreader.expect(now ? 1 : -1);
        }
    }

    private boolean anyUnreminded() {
        for (ChannelState state : channels) {
            if (!state.wasReminded()) {
                return true;
            }
        }
        return false;
    }
}
