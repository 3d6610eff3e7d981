package io.bellwire.delivery;

/** A call under way. */
final class RunningCall {
    /** How many bytes its body has. */
    final int bytes;
    /** When its answer is no longer waited for. */
    final long overdueNanos;

    private final Ending ending;

    /** What the end of a call does. */
    interface Ending {
        void ended(CallResult result, long nowNanos);
    }

    RunningCall(int bytes, long overdueNanos, Ending ending) {
        this.bytes = bytes;
        this.overdueNanos = overdueNanos;
        this.ending = ending;
    }

    void ended(CallResult result, long nowNanos) {
        ending.ended(result, nowNanos);
    }
}
