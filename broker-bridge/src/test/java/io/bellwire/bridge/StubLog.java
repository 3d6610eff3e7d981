package io.bellwire.bridge;

import io.bellwire.feed.FeedPosition;
import io.bellwire.feed.FeedPositions;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
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

/** Standings that a test sets; answers come at once, late, or not at all. Not thread-safe. */
final class StubLog implements FeedPositions {
    static final Epoch EPOCH = new Epoch("k3v9x2m4qd");

    final Map<FeedId, FeedPosition> standings = new HashMap<>();
    final List<Set<FeedId>> asked = new ArrayList<>();
    /** Whether answers wait for {@link #answerAll}. */
    boolean late;
    /** Whether the log cannot be read. */
    boolean broken;
    /** A feed that makes the whole call throw. */
    @Nullable FeedId poison;

    private final List<Runnable> owed = new ArrayList<>();

    void set(FeedId feed, long head, long received, long processed, @Nullable Instant oldestAt) {
        standings.put(feed, new FeedPosition(feed, EPOCH, head, received, processed, oldestAt));
    }

    @Override
    public CompletionStage<List<FeedPosition>> of(Set<FeedId> feeds) {
        asked.add(feeds);
        if (poison != null && feeds.contains(poison)) {
            throw new IllegalStateException("poison");
        }
        if (broken) {
            return CompletableFuture.failedFuture(new UncheckedIOException(new IOException("disk gone")));
        }
        // as of now, whenever it is handed out
        List<FeedPosition> found =
                feeds.stream().map(standings::get).filter(Objects::nonNull).toList();
        CompletableFuture<List<FeedPosition>> answer = new CompletableFuture<>();
        if (late) {
            owed.add(() -> answer.complete(found));
        } else {
            answer.complete(found);
        }
        return answer;
    }

    void answerAll() {
        List<Runnable> now = List.copyOf(owed);
        owed.clear();
        now.forEach(Runnable::run);
    }
}
