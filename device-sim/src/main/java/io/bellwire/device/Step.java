package io.bellwire.device;

/**
 * One thing that leads from a saved state to the next, in order. An application does its own work for these in the same
 * transaction that saves the state, and has then done each exactly once. Immutable.
 */
public sealed interface Step {
    /** A change of the feed takes effect. */
    record Applied(FeedChange change) implements Step {}

    /** A change of the feed is passed over: a snapshot had brought the order in this version already. */
    record Known(FeedChange change) implements Step {}

    /**
     * All orders that are known are forgotten: they are of a log that is no more. The snapshot of the present one follows,
     * whose versions may be lower.
     */
    record Forgotten() implements Step {}

    /** An order takes effect as the snapshot tells it. */
    record Restored(OrderSnapshot order) implements Step {}

    /** A snapshot is complete: the feed goes on after {@code cursor}. */
    record Resumed(DeviceCursor cursor) implements Step {}
}
