package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;

/**
 * Whether a partner processes what an endpoint has received. If it processes nothing for long, the endpoint is
 * suspicious: its 2xx may be given without the work. In memory only: a restart begins anew, with what is received after
 * it. Not thread-safe.
 */
final class ProcessedWatch {
    private final long afterNanos;
    private final DeliveryRecord record;
    /** The highest revision that was received. */
    private long received;
    /** The highest revision that was processed. */
    private long processed;
    /** Since when something received waits while nothing is processed; never if nothing waits. */
    private long waitingNanos = Scheduler.NEVER_NANOS;

    private boolean isSuspicious;

    ProcessedWatch(DeliveryOptions options, DeliveryRecord record) {
        this.afterNanos = options.suspiciousAfter().toNanos();
        this.record = record;
    }

    boolean isSuspicious() {
        return isSuspicious;
    }

    /** A change, or a signal for it, was received. */
    void received(long revision) {
        received = Math.max(received, revision);
    }

    /**
     * Looks whether something is processed; called after everything that happens.
     *
     * @param isWatched whether the endpoint is called and its partner acknowledges; if not, what was received before is
     *     forgotten
     * @return when to look again though nothing happens
     */
    long look(boolean isWatched, long nowProcessed, long nowNanos) {
        if (!isWatched) {
            received = 0;
        }
        if (!isWatched || nowProcessed > processed) {
            waitingNanos = Scheduler.NEVER_NANOS;
            trust();
        }
        processed = Math.max(processed, nowProcessed);
        if (received <= processed) {
            return Scheduler.NEVER_NANOS;
        }
        // nothing older waits: that would have been processed, or would be waiting already
        waitingNanos = Math.min(waitingNanos, nowNanos);
        if (nowNanos - waitingNanos < afterNanos) {
            return waitingNanos + afterNanos;
        }
        isSuspicious = true;
        record.suspicious(received, processed, nowNanos);
        return Scheduler.NEVER_NANOS;
    }

    private void trust() {
        if (isSuspicious) {
            isSuspicious = false;
            record.trusted();
        }
    }
}
