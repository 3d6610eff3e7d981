package io.bellwire.bridge;

import io.bellwire.feed.FeedPosition;
import io.bellwire.feed.FeedPositions;
import io.bellwire.log.FeedId;
import io.bellwire.runtime.Scheduler;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the positions of feeds, one call at a time: all feeds that need a look-up while one is under way share the
 * next call. Belongs to the bridge's loop; answers come from other threads.
 */
final class FeedPositionLookup {
    private final FeedPositions positions;
    private final int feedsMax;
    private final long timeoutNanos;
    private final Runnable wake;

    private final Set<TrackedFeed> waiting = new LinkedHashSet<>();
    private @Nullable Batch underWay;

    /** @param wake is called when there is something to {@link #collect} */
    FeedPositionLookup(FeedPositions positions, BridgeOptions options, Runnable wake) {
        this.positions = positions;
        this.feedsMax = options.lookUpFeedsMax();
        this.timeoutNanos = options.answerTimeout().toNanos();
        this.wake = wake;
    }

    void add(TrackedFeed feed) {
        waiting.add(feed);
    }

    void remove(TrackedFeed feed) {
        waiting.remove(feed);
    }

    /** Asks for the feeds that wait, unless an answer is still awaited. */
    void ask(long nowNanos) {
        if (underWay != null || waiting.isEmpty()) {
            return;
        }
        Batch batch = new Batch(nowNanos + timeoutNanos);
        var each = waiting.iterator();
        while (each.hasNext() && batch.feeds.size() < feedsMax) {
            TrackedFeed feed = each.next();
            each.remove();
            batch.feeds.add(feed);
        }
        underWay = batch;
        try {
            Set<FeedId> ids = batch.feeds.stream().map(feed -> feed.id).collect(Collectors.toSet());
            CompletionStage<List<FeedPosition>> asked = positions.of(ids);
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
        return underWay == null ? Scheduler.NEVER_NANOS : underWay.overdueNanos;
    }

    /** Feeds that are looked up together. */
    static final class Batch {
        /** Twice the same id if a feed has lost all its channels meanwhile, and was opened again. */
        final List<TrackedFeed> feeds = new ArrayList<>();

        private final long overdueNanos;
        private volatile @Nullable Answer answer;

        private Batch(long overdueNanos) {
            this.overdueNanos = overdueNanos;
        }

        /** Why there are no positions, or null if there are. */
        @Nullable Throwable failure() {
            Answer given = Objects.requireNonNull(answer, "not answered yet");
            return given.found == null && given.thrown == null
                    ? new IllegalStateException("answered without positions")
                    : given.thrown;
        }

        List<FeedPosition> found() {
            Answer given = Objects.requireNonNull(answer, "not answered yet");
            return given.found == null ? List.of() : given.found;
        }
    }

    private record Answer(
            @Nullable List<FeedPosition> found, @Nullable Throwable thrown) {}
}
