package io.bellwire.device;

/**
 * One of the steps that lead from a saved state to the next, in order. An application that does its own work for these
 * steps in the transaction that saves the state does it exactly once. Immutable.
 */
public sealed interface Step {
    /** A change of the feed is applied. */
    record Applied(FeedChange change) implements Step {}

    /** A change of the feed is skipped, because a snapshot has brought the order in this or a higher version. */
    record AlreadyApplied(FeedChange change) implements Step {}

    /**
     * All known orders are removed, because their log no longer exists. The snapshot of the present log follows; its
     * versions may be lower.
     */
    record OrdersCleared() implements Step {}

    /** An order of the snapshot is applied. */
    record Restored(OrderSnapshot order) implements Step {}

    /** The snapshot is complete: the feed goes on after {@code cursor}. */
    record Resumed(DeviceCursor cursor) implements Step {}
}
