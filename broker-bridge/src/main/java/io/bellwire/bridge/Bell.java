package io.bellwire.bridge;

import io.bellwire.log.FeedId;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open line as the {@link Bridge} keeps it. Its doorbell is guarded by a lock on the bell; the fields below {@code
 * serial} belong to the bridge's loop.
 */
final class Bell {
    final Line line;
    final FeedId feed;
    final Doorbell doorbell;
    /** Whether it is in the queue, where it is at most once. */
    final AtomicBoolean queued = new AtomicBoolean();
    /** Whether the line is no longer open. */
    volatile boolean gone;

    /** Makes the order of bells that are due together a fixed one. */
    final long serial;

    long armedNanos = Doorbell.NEVER_NANOS;
    boolean asking;
    long askNotBeforeNanos;
    int askFailures;

    Bell(Line line, Doorbell doorbell, long serial) {
        this.line = line;
        this.feed = line.feed();
        this.doorbell = doorbell;
        this.serial = serial;
    }
}
