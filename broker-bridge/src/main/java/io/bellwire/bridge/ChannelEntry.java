package io.bellwire.bridge;

import io.bellwire.log.FeedId;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An open line as the {@link Bridge} keeps it. Its doorbell is guarded by a lock on the bell; the fields below {@code
 * serial} belong to the bridge's loop.
 */
final class ChannelEntry {
    final SignalChannel line;
    final FeedId feed;
    /** Whether it is in the queue, where it is at most once. */
    final AtomicBoolean queued = new AtomicBoolean();
    /** Whether the line is no longer open. */
    volatile boolean gone;

    /** Makes the order of bells that are due together a fixed one. */
    final long serial;

    long armedNanos = SignalState.NEVER_NANOS;
    boolean asking;
    long askNotBeforeNanos;
    int askFailures;

    private final SignalState doorbell;
    private final FetchSpreader herd;
    private boolean expected;

    ChannelEntry(SignalChannel line, SignalState doorbell, FetchSpreader herd, long serial) {
        this.line = line;
        this.feed = line.feed();
        this.doorbell = doorbell;
        this.herd = herd;
        this.serial = serial;
    }

    /** Has the doorbell asked something, alone. */
    synchronized <T> T with(Function<SignalState, T> event) {
        T answer = event.apply(doorbell);
        recount();
        return answer;
    }

    /**
     * Whether something is to be done before the time that it is in the timetable for. That time may be told too late here
     * while the loop serves the bell, but then the loop has yet to ask what is due.
     */
    synchronized boolean wantsTurn() {
        return gone || doorbell.needsStanding() || doorbell.dueNanos() < armedNanos;
    }

    /** Has the doorbell told something, alone. */
    void tell(Consumer<SignalState> event) {
        boolean unused = with(doorbell -> {
            event.accept(doorbell);
            return true;
        });
    }

    /** The line is closed; under the same lock as what is told, so that an opening just now is not swallowed. */
    synchronized void leave() {
        gone = true;
        recount();
    }

    private void recount() {
        boolean now = !gone && doorbell.isExpected();
        if (now != expected) {
            expected = now;
            herd.expect(now ? 1 : -1);
        }
    }
}
