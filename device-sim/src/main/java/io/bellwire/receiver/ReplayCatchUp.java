package io.bellwire.receiver;

import io.bellwire.device.DeviceCursor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Has an endpoint called again with what its receiver has not, or not any more; one replay after the other, as the server
 * runs one at a time. Used by one thread; only {@link #started} may be called by any.
 */
final class ReplayCatchUp {
    private final ReplayClient client;
    private final Duration spacing;
    private final Consumer<String> asked;
    private final AtomicLong started = new AtomicLong();
    private boolean isRunning;
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
     */
    ReplayCatchUp(ReplayClient client, Duration spacing, Consumer<String> asked) {
        this.client = client;
        this.spacing = spacing;
        this.asked = asked;
    }

    /** How many replays were started. */
    long started() {
        return started.get();
    }

    /**
     * Goes on with the replay that runs, or asks for one if something is missing.
     *
     * @param position the cursor up to which everything was applied; empty for none
     * @param hasGap whether something after it was applied
     */
    Status run(String position, boolean hasGap, Instant now) throws IOException, InterruptedException {
        if (isRunning) {
            isRunning = client.isRunning();
            notBefore = now.plus(spacing);
            return Status.UNDER_WAY; // the position is of before
        }
        if (now.isBefore(notBefore)) {
            return Status.UNDER_WAY;
        }
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
                isRunning = client.isRunning();
                notBefore = now.plus(spacing);
            }
        }
        return Status.UNDER_WAY;
    }

    private static long revision(String position) {
        return DeviceCursor.parse(position).map(DeviceCursor::revision).orElse(0L);
    }
}
