package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.EndpointState;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Before which time an endpoint may not be called: because of its rate, because its answers ask for that, because its
 * target is busy, or because it is only probed. Not thread-safe.
 */
final class CallGate {
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;
    private static final long RETRY_AFTER_MAX_NANOS = TimeUnit.HOURS.toNanos(24);
    private static final long BUSY_JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int LOAD_DOUBLINGS_MAX = 6;
    /** How long failures are shown though nothing is pending any more. */
    private static final long FAILING_SHOWN_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DeliveryOptions options;
    private final RandomGenerator random;
    /** Null while no attempt fails, so that an endpoint that is well takes no memory for it. */
    private @Nullable CallCircuit circuit;
    /** After a load that failed. */
    private long loadNanos;
    /** How many loads in a row have failed. */
    private int loadsFailed;
    /** What the endpoint, or what is in front of it, has asked for. */
    private long holdNanos;
    /** What the endpoint's rate allows. */
    private long rateNanos;

    CallGate(DeliveryOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
    }

    /** No call before this time. */
    long openNanos() {
        return Math.max(
                Math.max(holdNanos, rateNanos), Math.max(circuit == null ? 0 : circuit.probeNanos(), loadNanos));
    }

    /** No load of the feed before this time. */
    long loadNanos() {
        return loadNanos;
    }

    /** Whether the endpoint is only probed, with one call at a time. */
    boolean isProbing() {
        return circuit != null && circuit.isOpen();
    }

    /** How many attempts in a row have failed. */
    int failures() {
        return circuit == null ? 0 : circuit.failures();
    }

    /** How the endpoint is doing, if it is called at all. */
    EndpointState state(boolean isPending, long nowNanos) {
        if (isProbing()) {
            return EndpointState.PAUSED;
        }
        // a partner that has read everything by itself does not leave its endpoint failing for ever
        boolean isFailing = isPending || failingUntilNanos(nowNanos) != Scheduler.NEVER_NANOS;
        return failures() > 0 && isFailing ? EndpointState.FAILING : EndpointState.HEALTHY;
    }

    /** Until when failures are shown though nothing is pending any more; never if they are not. */
    long failingUntilNanos(long nowNanos) {
        long untilNanos = circuit == null ? nowNanos : circuit.failedNanos() + FAILING_SHOWN_NANOS;
        return nowNanos < untilNanos ? untilNanos : Scheduler.NEVER_NANOS;
    }

    /** The endpoint is another now, or was enabled. */
    void reset() {
        holdNanos = 0;
        circuit = null;
    }

    /** A load has failed: the next one follows after 1 s, or up to about a minute if more have failed in a row. */
    void loadFailed(long nowNanos) {
        loadNanos = nowNanos + (SECOND_NANOS << loadsFailed);
        loadsFailed = Math.min(loadsFailed + 1, LOAD_DOUBLINGS_MAX);
    }

    void loaded() {
        loadsFailed = 0;
    }

    /** A call begins; calls follow each other after {@code spacingNanos} on average. */
    void called(long spacingNanos, long nowNanos) {
        rateNanos = Math.max(rateNanos, nowNanos) + spacingNanos;
    }

    /** No call before this time because of the endpoint's rate. */
    long rateNanos() {
        return rateNanos;
    }

    void received() {
        circuit = null;
    }

    /** A call was not made, because too many others go to the same host. */
    void busy(CallResult.Busy busy, long nowNanos) {
        long nanos = busy.retryAfter().toNanos();
        // not all endpoints that wait for the same host at once
        holdNanos = Math.max(holdNanos, nowNanos + nanos + random.nextLong(nanos / 4 + BUSY_JITTER_NANOS));
    }

    /** An attempt has failed. Returns whether it was the last one. */
    boolean failed(PendingDelivery delivery, CallResult result, long nowNanos) {
        delivery.failures++;
        delivery.dueNanos = nowNanos + options.schedule().delayNanos(delivery.failures - 1, random);
        if (result instanceof CallResult.Answered answered
                && (answered.status() == TOO_MANY || answered.status() == UNAVAILABLE)
                && answered.retryAfter().isPresent()) {
            long asked = answered.retryAfter().get().toNanos();
            holdNanos = Math.max(holdNanos, nowNanos + Math.min(asked, RETRY_AFTER_MAX_NANOS));
        }
        if (circuit == null) {
            circuit = new CallCircuit();
        }
        boolean isLastProbe = circuit.failed(!delivery.isProbe, options, random, nowNanos);
        return isLastProbe || delivery.failures > options.schedule().size();
    }
}
