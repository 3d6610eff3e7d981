package io.bellwire.delivery;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How soon calls of an endpoint follow each other: those of its delivery, and those beside it. Not thread-safe. */
final class EndpointRate {
    private final CallGate gate;
    /** That of live delivery; null if this is it. */
    private final @Nullable EndpointRate live;

    private int perSecond;

    /** @param live the rate of live delivery, for a replay; null for live delivery itself */
    EndpointRate(CallGate gate, @Nullable EndpointRate live, int perSecond) {
        this.gate = gate;
        this.live = live;
        this.perSecond = perSecond;
    }

    void set(int newPerSecond) {
        perSecond = newPerSecond;
    }

    /** A call begins. One of a replay counts for the rate of live delivery too. */
    void called(long nowNanos) {
        gate.called(spacingNanos(), nowNanos);
        if (live != null) {
            live.called(nowNanos);
        }
    }

    /** A replay has at most every second call of its endpoint, whatever its rate. */
    private long spacingNanos() {
        long own = TimeUnit.SECONDS.toNanos(1) / perSecond;
        return live == null ? own : Math.max(own, 2 * live.spacingNanos());
    }

    /** No call before this time. */
    long openNanos() {
        return gate.rateNanos();
    }
}
