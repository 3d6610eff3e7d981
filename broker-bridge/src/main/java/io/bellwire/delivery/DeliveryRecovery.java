package io.bellwire.delivery;

import io.bellwire.log.Revision;
import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointRecovery;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.RecoveryRefusedException;
import io.bellwire.webhook.RecoveryRefusedException.Reason;
import io.bellwire.webhook.ReplayRange;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Takes what is asked of endpoints beside their delivery, and hands it to the loop of {@link Deliveries}. Thread-safe. */
public final class DeliveryRecovery implements EndpointRecovery {
    /** Reads of feeds under way for calls that are asked for again. */
    private static final int READS_MAX = 8;

    /** No body is as large. */
    private static final long READ_BYTES_MAX = 4 << 20;

    private final PartnerFeeds feeds;
    private final DeliveryPorts ports;
    private final Replays replays;
    private final AskedCalls asked;
    private final LongSupplier nanos;
    private final Consumer<TrackedEndpoint> enqueue;
    private final AtomicInteger reads = new AtomicInteger();

    /**
     * @param nanos the time of the loop
     * @param enqueue gives an endpoint another turn
     */
    DeliveryRecovery(
            PartnerFeeds feeds,
            DeliveryPorts ports,
            Replays replays,
            AskedCalls asked,
            LongSupplier nanos,
            Consumer<TrackedEndpoint> enqueue) {
        this.feeds = feeds;
        this.ports = ports;
        this.replays = replays;
        this.asked = asked;
        this.nanos = nanos;
        this.enqueue = enqueue;
    }

    @Override
    public List<CallAttempt> attempts(EndpointId id, int limit, long before) {
        return ports.attempts().page(id, limit, before, nanos.getAsLong());
    }

    @Override
    public CompletionStage<Boolean> callAgain(EndpointId id, String webhookId) {
        Optional<CallAttempt> found = ports.attempts().find(id, webhookId, nanos.getAsLong());
        if (found.isEmpty()) {
            return refused(Reason.NOT_FOUND, "no such delivery is listed");
        }
        CallAttempt attempt = found.get();
        if (attempt.first() == 0 || attempt.kind().equals("signal")) {
            return refused(Reason.CONFLICT, "only changes can be sent again");
        }
        if (reads.incrementAndGet() > READS_MAX) {
            reads.decrementAndGet();
            return refused(Reason.UNAVAILABLE, "too many deliveries are read at once: try again");
        }
        return read(id, attempt)
                .whenComplete((slice, thrown) -> reads.decrementAndGet())
                .thenCompose(slice -> this.<Boolean>inTurn(
                        id, (endpoint, queued, nowNanos) -> asked.again(endpoint, attempt, slice, queued)));
    }

    private CompletionStage<FeedSlice> read(EndpointId id, CallAttempt attempt) {
        Revision after = new Revision(attempt.first() - 1);
        int count = (int) (attempt.last() - attempt.first() + 1);
        FeedSlice recent = ports.feed().recent(id.feed(), after, count, READ_BYTES_MAX);
        return recent == null
                ? ports.feed().load(id.feed(), after, count, READ_BYTES_MAX)
                : CompletableFuture.completedFuture(recent);
    }

    @Override
    public CompletionStage<CallAttempt> test(EndpointId id) {
        return inTurn(id, asked::test);
    }

    @Override
    public CompletionStage<EndpointReplay> startReplay(EndpointId id, ReplayRange range) {
        return inTurn(id, (endpoint, started, nowNanos) -> replays.start(endpoint, range, started));
    }

    @Override
    public CompletionStage<EndpointReplay> stopReplay(EndpointId id) {
        return inTurn(id, (endpoint, stopped, nowNanos) -> replays.stop(endpoint, stopped));
    }

    @Override
    public Optional<EndpointReplay> replay(EndpointId id) {
        TrackedEndpoint endpoint = feeds.find(id);
        ReplayRun run = endpoint == null ? null : endpoint.replay;
        return Optional.ofNullable(run).map(shown -> shown.shown);
    }

    /** Goes on with a replay that was not over when the server was stopped; its endpoint is known already. */
    public void resume(EndpointId id, EndpointReplay saved) {
        TrackedEndpoint endpoint = feeds.find(id);
        if (endpoint != null) {
            endpoint.inbox.add(nowNanos -> replays.resume(endpoint, saved));
            enqueue.accept(endpoint);
        }
    }

    /** The endpoint was deleted, in its turn, and all that was asked of it with it. */
    void removed(TrackedEndpoint endpoint) {
        asked.end(endpoint, Reason.NOT_FOUND, "the endpoint is deleted");
        replays.removed(endpoint);
        if (!endpoint.isReplay()) {
            ports.attempts().remove(endpoint.id);
        }
    }

    /** What is done in a turn of the endpoint, and completes {@code done} then or later. */
    private interface InTurn<T> {
        void run(TrackedEndpoint endpoint, CompletableFuture<T> done, long nowNanos);
    }

    private <T> CompletionStage<T> inTurn(EndpointId id, InTurn<T> what) {
        TrackedEndpoint endpoint = feeds.find(id);
        if (endpoint == null) {
            return refused(Reason.NOT_FOUND, "there is no such endpoint");
        }
        CompletableFuture<T> done = new CompletableFuture<>();
        endpoint.inbox.add(nowNanos -> what.run(endpoint, done, nowNanos));
        enqueue.accept(endpoint);
        return done;
    }

    private static <T> CompletionStage<T> refused(Reason reason, String why) {
        return CompletableFuture.failedFuture(new RecoveryRefusedException(reason, why));
    }
}
