package io.bellwire.fleet;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.net.DeviceFeed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches how a fleet comes back after its server was away: when each device has all that it was owed, and how long the
 * feed takes to answer meanwhile. A round begins with the server's end and lasts until all are back. Thread-safe.
 */
final class FleetRecovery {
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier nanos;
    private final List<Member> members = new ArrayList<>();
    private final AtomicInteger back = new AtomicInteger();
    private final Latencies reconcile = new Latencies();
    private final Latencies answers = new Latencies();
    private volatile long killedNanos = NEVER;
    private volatile long readyNanos = NEVER;
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

    /** The server is about to be killed. */
    synchronized void killed() {
        endRound();
        back.set(0);
        killedNanos = nanos.getAsLong();
    }

    /** The server is there again. */
    synchronized void ready() {
        readyNanos = nanos.getAsLong();
    }

    /** Whether no device is still on its way back. */
    synchronized boolean isBack() {
        return killedNanos == NEVER || back.get() >= members.size();
    }

    private void endRound() {
        if (killedNanos == NEVER) {
            return;
        }
        for (Member member : members) {
            if (member.backNanos == NEVER) {
                missing++;
            } else {
                returned++;
                reconcile.record(member.backNanos - readyNanos);
            }
            member.backNanos = NEVER;
        }
        killedNanos = NEVER;
    }

    /** Ends the last round; null if the server never was away. */
    synchronized @Nullable FleetRecoveryReport report(long tooMany, long spreadMaxMillis) {
        endRound();
        return returned + missing == 0
                ? null
                : new FleetRecoveryReport(
                        returned, missing, reconcile.quantiles(), answers.quantiles(), tooMany, spreadMaxMillis);
    }

    /** One device. */
    final class Member {
        private volatile long backNanos = NEVER;
        private volatile long askedNanos = NEVER;

        /** The device has all there is, as far as it knows. */
        void caughtUp(long connectedSinceNanos) {
            long killed = killedNanos;
            if (killed == NEVER || backNanos != NEVER) {
                return;
            }
            boolean connected = connectedSinceNanos != JournalEntry.NOT_CONNECTED && connectedSinceNanos - killed > 0;
            boolean answered = askedNanos != NEVER && askedNanos - killed > 0;
            if (connected || answered) {
                backNanos = nanos.getAsLong();
                back.incrementAndGet();
            }
        }

        /** The feed, whose answers are timed while the herd comes back. */
        DeviceFeed over(DeviceFeed feed) {
            return new Timed(feed);
        }

        private final class Timed implements DeviceFeed {
            private final DeviceFeed feed;

            private Timed(DeviceFeed feed) {
                this.feed = feed;
            }

            @Override
            public CompletionStage<FetchResult> page(@Nullable DeviceCursor after, long waitMillis) {
                long asked = nanos.getAsLong();
                askedNanos = asked;
                return feed.page(after, waitMillis).thenApply(answer -> {
                    boolean round = killedNanos != NEVER && back.get() < members.size();
                    if (round && waitMillis == 0 && answer instanceof FetchResult.Page) {
                        answers.record(nanos.getAsLong() - asked);
                    }
                    return answer;
                });
            }

            @Override
            public CompletionStage<FetchResult> snapshot(@Nullable String next) {
                return feed.snapshot(next);
            }

            @Override
            public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
                return feed.acknowledge(processed);
            }

            @Override
            public void hangUp() {
                feed.hangUp();
            }
        }
    }
}
