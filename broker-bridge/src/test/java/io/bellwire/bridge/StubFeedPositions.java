package io.bellwire.bridge;

import io.bellwire.feed.FeedPosition;
import io.bellwire.feed.FeedPositions;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Feed positions that the test sets; answers at once, late, or not at all. Not thread-safe. */
final class StubFeedPositions implements FeedPositions {
    static final Epoch EPOCH = new Epoch("k3v9x2m4qd");

    final Map<FeedId, FeedPosition> byFeed = new HashMap<>();
    final List<Set<FeedId>> lookUps = new ArrayList<>();
    /** Whether answers wait for {@link #answerAll}. */
    boolean delayed;
    /** Whether all look-ups fail. */
    boolean broken;
    /** A look-up of this feed throws, with all others of the same call. */
    @Nullable FeedId failingFeed;

    private final List<Runnable> unanswered = new ArrayList<>();

    void set(FeedId feed, long head, long received, long processed, @Nullable Instant oldestAt) {
        byFeed.put(
                feed,
                new FeedPosition(
                        feed, EPOCH, new Revision(head), new Revision(received), new Revision(processed), oldestAt));
    }

    @Override
    public CompletionStage<List<FeedPosition>> of(Set<FeedId> feeds) {
        lookUps.add(feeds);
        if (failingFeed != null && feeds.contains(failingFeed)) {
            throw new IllegalStateException("look-up failed");
        }
        if (broken) {
            return CompletableFuture.failedFuture(new UncheckedIOException(new IOException("disk failure")));
        }
        // the positions as of now, even if they are returned later
        List<FeedPosition> found =
                feeds.stream().map(byFeed::get).filter(Objects::nonNull).toList();
        CompletableFuture<List<FeedPosition>> answer = new CompletableFuture<>();
        if (delayed) {
            unanswered.add(() -> answer.complete(found));
        } else {
            answer.complete(found);
        }
        return answer;
    }

    void answerAll() {
        List<Runnable> now = List.copyOf(unanswered);
        unanswered.clear();
        now.forEach(Runnable::run);
    }
}
