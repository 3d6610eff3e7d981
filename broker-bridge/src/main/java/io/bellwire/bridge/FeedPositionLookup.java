package io.bellwire.bridge;

import io.bellwire.feed.FeedPosition;
import io.bellwire.feed.FeedPositions;
import io.bellwire.log.FeedId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up where feeds stand, one call at a time: all who ask while one is under way share the next. An answer counts
 * for the bells that asked and for no later one of the same feed, which may have missed a commit in between. Belongs
 * to the bridge's loop; answers come from other threads.
 */
final class FeedPositionLookup {
    private final FeedPositions standings;
    private final int feedsMax;
    private final long patienceNanos;
    private final Runnable wake;

    private final Set<ChannelEntry> waiting = new LinkedHashSet<>();
    private @Nullable Batch underWay;

    /** @param wake is called when there is something to {@link #collect} */
    FeedPositionLookup(FeedPositions standings, BridgeOptions options, Runnable wake) {
        this.standings = standings;
        this.feedsMax = options.inquiryFeedsMax();
        this.patienceNanos = options.patience().toNanos();
        this.wake = wake;
    }

    void add(ChannelEntry bell) {
        waiting.add(bell);
    }

    void remove(ChannelEntry bell) {
        waiting.remove(bell);
    }

    /** Asks for those who wait, unless an answer is still out. */
    void ask(long nowNanos) {
        if (underWay != null || waiting.isEmpty()) {
            return;
        }
        Batch batch = new Batch(nowNanos + patienceNanos);
        var each = waiting.iterator();
        while (each.hasNext() && batch.feeds.size() < feedsMax) {
            ChannelEntry bell = each.next();
            each.remove();
            batch.feeds.computeIfAbsent(bell.feed, feed -> new ArrayList<>(1)).add(bell);
        }
        underWay = batch;
        try {
            CompletionStage<List<FeedPosition>> asked = standings.of(Set.copyOf(batch.feeds.keySet()));
            asked.whenComplete((found, thrown) -> {
                batch.answer = new Answer(found, thrown);
                wake.run();
            });
        } catch (RuntimeException e) {
            batch.answer = new Answer(null, e);
            wake.run();
        }
    }

    /** The batch that has its answer, or that is no longer waited for; null if there is none. */
    @Nullable Batch collect(long nowNanos) {
        Batch batch = underWay;
        if (batch == null) {
            return null;
        }
        if (batch.answer == null) {
            if (nowNanos < batch.overdueNanos) {
                return null;
            }
            batch.answer = new Answer(null, new TimeoutException("no answer"));
        }
        underWay = null;
        return batch;
    }

    /** When {@link #collect} wants to be called though nothing woke it. */
    long dueNanos() {
        return underWay == null ? SignalState.NEVER_NANOS : underWay.overdueNanos;
    }

    /** Those who were asked for together. */
    static final class Batch {
        final Map<FeedId, List<ChannelEntry>> feeds = new LinkedHashMap<>();
        private final long overdueNanos;
        private volatile @Nullable Answer answer;

        private Batch(long overdueNanos) {
            this.overdueNanos = overdueNanos;
        }

        List<ChannelEntry> bells() {
            return feeds.values().stream().flatMap(List::stream).toList();
        }

        /** Why there are no standings, or null if there are. */
        @Nullable Throwable failure() {
            Answer given = answer;
            if (given == null || given.thrown != null) {
                return given == null ? new IllegalStateException("not answered yet") : given.thrown;
            }
            return given.found == null ? new IllegalStateException("answered without standings") : null;
        }

        List<FeedPosition> found() {
            Answer given = answer;
            return given == null || given.found == null ? List.of() : given.found;
        }
    }

    private record Answer(
            @Nullable List<FeedPosition> found, @Nullable Throwable thrown) {}
}
