package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.DisabledReason;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes what has become of endpoints, their positions excepted: one write at a time for each. What is to be written is
 * asked anew after a failure, so that nothing out of date is written. Belongs to the loop of {@link Deliveries}.
 */
final class EndpointWrites {
    /** How long after a write that failed the next one follows. */
    static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private final EndpointLog log;
    private final DeliveryFaults faults;
    private final Consumer<TrackedEndpoint> enqueue;

    /** @param enqueue gives an endpoint another turn */
    EndpointWrites(EndpointLog log, DeliveryFaults faults, Consumer<TrackedEndpoint> enqueue) {
        this.log = log;
        this.faults = faults;
        this.enqueue = enqueue;
    }

    /** Begins the next write. Returns when the endpoint wants its next turn, unless something happens. */
    long run(TrackedEndpoint endpoint, long nowNanos) {
        if (endpoint.isWriting) {
            return Scheduler.NEVER_NANOS;
        }
        DisabledReason reason = endpoint.delivery.disabling().toWrite();
        UrlChallenge challenge = endpoint.challenge;
        EndpointNews news = endpoint.record.nextNews();
        if (reason != null) {
            return write(endpoint, nowNanos, () -> log.disable(endpoint.id, reason), () -> endpoint.delivery
                    .disabling()
                    .written());
        }
        if (challenge != null && !challenge.isWritten() && challenge.isConfirmed()) {
            return write(endpoint, nowNanos, () -> log.confirm(endpoint.id, challenge.pending()), challenge::written);
        }
        if (challenge != null && !challenge.isWritten() && challenge.isGivenUp(nowNanos)) {
            return write(endpoint, nowNanos, () -> log.giveUp(endpoint.id, challenge.pending()), challenge::written);
        }
        if (news != null) {
            return write(endpoint, nowNanos, () -> log.append(endpoint.id, news), () -> endpoint.record.written(news));
        }
        return Scheduler.NEVER_NANOS;
    }

    private long write(TrackedEndpoint endpoint, long nowNanos, Supplier<CompletionStage<?>> begin, Runnable written) {
        if (endpoint.writeNanos > nowNanos) {
            return endpoint.writeNanos;
        }
        endpoint.isWriting = true;
        try {
            begin.get().whenComplete((done, thrown) -> ended(endpoint, written, thrown));
        } catch (RuntimeException e) {
            ended(endpoint, written, e);
        }
        return Scheduler.NEVER_NANOS;
    }

    private void ended(TrackedEndpoint endpoint, Runnable written, @Nullable Throwable thrown) {
        endpoint.inbox.add(endNanos -> {
            endpoint.isWriting = false;
            if (thrown == null) {
                written.run();
            } else {
                endpoint.writeNanos = endNanos + AGAIN_AFTER.toNanos();
                faults.warn("What has become of an endpoint could not be written", thrown);
            }
        });
        enqueue.accept(endpoint);
    }
}
