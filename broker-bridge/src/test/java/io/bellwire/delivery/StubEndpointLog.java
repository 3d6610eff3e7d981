package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointUrls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps what deliveries write; each write takes 1 ms and can be made to fail. */
final class StubEndpointLog implements EndpointLog {
    /** Made once, since stack traces take long. */
    private final UncheckedIOException failure = new UncheckedIOException(new IOException("the disk is full"));

    private final Scheduler time;
    final Map<EndpointId, EndpointPosition> positions = new HashMap<>();
    final Map<EndpointId, DisabledReason> disabled = new HashMap<>();
    final List<EndpointUrls.Pending> confirmed = new ArrayList<>();
    final List<EndpointUrls.Pending> givenUp = new ArrayList<>();
    final List<EndpointNews> news = new ArrayList<>();
    /** The replays that are not over. */
    final Map<EndpointId, EndpointReplay> replays = new HashMap<>();
    /** How many writes of positions there were. */
    int saves;

    boolean isFailing;

    StubEndpointLog(Scheduler time) {
        this.time = time;
    }

    @Override
    public CompletionStage<?> savePositions(Map<EndpointId, EndpointPosition> saved) {
        saves++;
        return write(() -> positions.putAll(saved));
    }

    @Override
    public CompletionStage<?> disable(EndpointId endpoint, DisabledReason reason) {
        return write(() -> disabled.put(endpoint, reason));
    }

    @Override
    public CompletionStage<?> confirm(EndpointId endpoint, EndpointUrls.Pending pending) {
        return write(() -> confirmed.add(pending));
    }

    @Override
    public CompletionStage<?> giveUp(EndpointId endpoint, EndpointUrls.Pending pending) {
        return write(() -> givenUp.add(pending));
    }

    @Override
    public CompletionStage<?> append(EndpointId endpoint, EndpointNews what) {
        return write(() -> news.add(what));
    }

    @Override
    public CompletionStage<?> saveReplay(EndpointId endpoint, EndpointReplay replay, Optional<EndpointNews> what) {
        return write(() -> {
            what.ifPresent(news::add);
            if (replay.state().isEnd()) {
                replays.remove(endpoint);
            } else {
                replays.put(endpoint, replay);
            }
        });
    }

    @Override
    public long steadyMillis() {
        return Duration.ofNanos(time.nowNanos()).toMillis();
    }

    private CompletionStage<?> write(Runnable written) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        time.schedule(Duration.ofMillis(1), () -> {
            if (isFailing) {
                done.completeExceptionally(failure);
            } else {
                written.run();
                done.complete(true);
            }
        });
        return done;
    }
}
