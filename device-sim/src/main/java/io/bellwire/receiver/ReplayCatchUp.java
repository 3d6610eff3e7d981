package io.bellwire.receiver;

import io.bellwire.device.DeviceCursor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Has an endpoint called again with what its receiver has not, or not any more; one replay after the other, as the server
 * runs one at a time. Used by one thread; only {@link #started} and {@link #incomplete} may be called by any.
 */
final class ReplayCatchUp {
    private final ReplayClient client;
    private final Duration spacing;
    private final Consumer<String> asked;
    private final LongSupplier lies;
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong incomplete = new AtomicLong();
    private boolean isRunning;
    /** Up to where the replay that has ended was to bring everything; 0 if that is not known. */
    private long toRevision;
    /** Lies before the replay was asked for; less than 0 if another process has asked for it. */
    private long liesBefore = -1;

    private Instant notBefore = Instant.MIN;

    /** How it stands. */
    enum Status {
        /** The receiver has all that the endpoint has received. */
        COMPLETE,
        /** A replay runs, or will be asked for. */
        UNDER_WAY,
        /** A replay cannot bring what is missing: the feed is to be read. */
        IMPOSSIBLE
    }

    /**
     * @param spacing from the end of a replay, or from a refusal, to the next request
     * @param asked is told from which cursor on a replay begins
     * @param lies how many calls the receiver has said to have received, and has not applied
     */
    ReplayCatchUp(ReplayClient client, Duration spacing, Consumer<String> asked, LongSupplier lies) {
        this.client = client;
        this.spacing = spacing;
        this.asked = asked;
        this.lies = lies;
    }

    /** How many replays were started. */
    long started() {
        return started.get();
    }

    /** How many replays have ended without having brought all that they were to bring. */
    long incomplete() {
        return incomplete.get();
    }

    /**
     * Goes on with the replay that runs, or asks for one if something is missing.
     *
     * @param position the cursor up to which everything was applied; empty for none
     * @param hasGap whether something after it was applied
     */
    Status run(String position, boolean hasGap, Instant now) throws IOException, InterruptedException {
        if (isRunning) {
            ReplayClient.Standing standing = client.standing();
            isRunning = !standing.isOver();
            toRevision = standing.toRevision();
            notBefore = now.plus(spacing);
            return Status.UNDER_WAY; // the position is of before
        }
        if (toRevision > revision(position) && lies.getAsLong() == liesBefore) {
            incomplete.incrementAndGet();
        }
        toRevision = 0;
        if (now.isBefore(notBefore)) {
            return Status.UNDER_WAY;
        }
        liesBefore = lies.getAsLong();
        if (!hasGap && client.received() <= revision(position)) {
            return Status.COMPLETE;
        }
        switch (client.ask(position)) {
            case GONE -> {
                return Status.IMPOSSIBLE;
            }
            case STARTED -> {
                isRunning = true;
                started.incrementAndGet();
                asked.accept(position);
            }
            case NOT_NOW -> {
                // one that an earlier process has asked for may run
                isRunning = !client.standing().isOver();
                liesBefore = -1;
                notBefore = now.plus(spacing);
            }
        }
        return Status.UNDER_WAY;
    }

    private static long revision(String position) {
        return DeviceCursor.parse(position).map(DeviceCursor::revision).orElse(0L);
    }
}
