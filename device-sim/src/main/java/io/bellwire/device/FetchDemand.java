package io.bellwire.device;

import org.jspecify.annotations.Nullable;

/**
 * Why the device has to fetch: the newest signal that it has not acted on, or a reason apart from signals. A fetch
 * takes the reasons with it, and gives them back if it fails. Not thread-safe.
 */
final class FetchDemand {
    private @Nullable ReceivedSignal signal;
    private boolean isUnconditional;
    private @Nullable ReceivedSignal signalOfFetch;
    private boolean fetchIsUnconditional;

    /** The newest signal since the last fetch began; null if there is none. */
    @Nullable ReceivedSignal signal() {
        return signal;
    }

    /** Whether a fetch is needed whatever signals say. */
    boolean isUnconditional() {
        return isUnconditional;
    }

    /** Whether a device at {@code cursor} needs no fetch. */
    boolean isMetBy(@Nullable DeviceCursor cursor) {
        ReceivedSignal newest = signal;
        return !isUnconditional && (newest == null || (cursor != null && cursor.covers(newest)));
    }

    void signalReceived(ReceivedSignal received) {
        ReceivedSignal before = signal;
        signal = before == null ? received : newer(before, received);
    }

    void requireFetch() {
        isUnconditional = true;
    }

    /** A fetch begins: its answer will bring all that was signalled so far. */
    void fetchStarted() {
        signalOfFetch = signal;
        fetchIsUnconditional = isUnconditional;
        signal = null;
        isUnconditional = false;
    }

    /** The answer of the fetch is saved, or had nothing to save. */
    void fetchSucceeded() {
        signalOfFetch = null;
        fetchIsUnconditional = false;
    }

    void fetchFailed() {
        ReceivedSignal before = signalOfFetch;
        if (before != null) {
            ReceivedSignal since = signal;
            signal = since == null ? before : newer(before, since);
        }
        isUnconditional |= fetchIsUnconditional;
    }

    /** The signal with the higher revision; of two with the same revision, the one that carries changes. */
    private ReceivedSignal newer(ReceivedSignal earlier, ReceivedSignal later) {
        if (!earlier.epoch().equals(later.epoch())) {
            // One of them is of a log that no longer exists, and the device cannot tell which: it must ask.
            isUnconditional = true;
            return later;
        }
        if (earlier.revision() != later.revision()) {
            return earlier.revision() < later.revision() ? later : earlier;
        }
        return later.changes().size() > earlier.changes().size() ? later : earlier;
    }
}
