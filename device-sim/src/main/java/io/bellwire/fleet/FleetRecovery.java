package io.bellwire.fleet;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.device.net.DeviceFeed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures how a fleet recovers after its server was away: how long each device takes until it is up to date, and how
 * long the feed takes to answer meanwhile. A round begins when the server is killed and ends when all devices are up to
 * date. Thread-safe.
 */
final class FleetRecovery {
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier nanos;
    private final List<Member> members = new ArrayList<>();
    private final AtomicInteger caughtUpCount = new AtomicInteger();
    private final Latencies reconcile = new Latencies();
    private final Latencies answers = new Latencies();
    private volatile long serverKilledNanos = NEVER;
    private volatile long serverReadyNanos = NEVER;
    private long returned;
    private long missing;

    FleetRecovery(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized Member member() {
        Member member = new Member();
        members.add(member);
        return member;
    }

    /** Begins a round: the server is about to be killed. */
    synchronized void killed() {
        endRound();
        caughtUpCount.set(0);
        serverKilledNanos = nanos.getAsLong();
    }

    /** Notes that the server is ready again. */
    synchronized void ready() {
        serverReadyNanos = nanos.getAsLong();
    }

    /** Whether all devices are up to date again. */
    synchronized boolean isComplete() {
        return serverKilledNanos == NEVER || caughtUpCount.get() >= members.size();
    }

    private void endRound() {
        if (serverKilledNanos == NEVER) {
            return;
        }
        for (Member member : members) {
            if (member.caughtUpNanos == NEVER) {
                missing++;
            } else {
                returned++;
                reconcile.record(member.caughtUpNanos - serverReadyNanos);
            }
            member.caughtUpNanos = NEVER;
        }
        serverKilledNanos = NEVER;
    }

    /** Ends the last round and reports all; null if the server was never away. */
    synchronized @Nullable FleetRecoveryReport report(long tooMany, long spreadMaxMillis) {
        endRound();
        return returned + missing == 0
                ? null
                : new FleetRecoveryReport(
                        returned, missing, reconcile.quantiles(), answers.quantiles(), tooMany, spreadMaxMillis);
    }

    /** The recovery of one device. */
    final class Member {
        private volatile long caughtUpNanos = NEVER;
        private volatile long lastSentNanos = NEVER;

        /** Notes that the device knows of nothing that it still lacks. */
        void caughtUp(long connectedSinceNanos) {
            long killed = serverKilledNanos;
            if (killed == NEVER || caughtUpNanos != NEVER) {
                return;
            }
            boolean connected = connectedSinceNanos != JournalEntry.NOT_CONNECTED && connectedSinceNanos - killed > 0;
            boolean answered = lastSentNanos != NEVER && lastSentNanos - killed > 0;
            if (connected || answered) {
                caughtUpNanos = nanos.getAsLong();
                caughtUpCount.incrementAndGet();
            }
        }

        /** Wraps the feed, to time its answers during a recovery. */
        DeviceFeed wrap(DeviceFeed feed) {
            return new Timed(feed);
        }

        private final class Timed extends ForwardingFeed {
            private Timed(DeviceFeed feed) {
                super(feed);
            }

            @Override
            public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
                long sentNanos = nanos.getAsLong();
                lastSentNanos = sentNanos;
                return super.fetchPage(after, waitMillis).thenApply(answer -> {
                    boolean round = serverKilledNanos != NEVER && caughtUpCount.get() < members.size();
                    if (round && waitMillis == 0 && answer instanceof FetchResult.Page) {
                        answers.record(nanos.getAsLong() - sentNanos);
                    }
                    return answer;
                });
            }
        }
    }
}
