package io.bellwire.device;

import org.jspecify.annotations.Nullable;

/**
 * Why the feed has to be asked: what has been heard of, and whatever else calls for it. What a fetch was made for comes
 * back if the fetch comes to nothing. Not thread-safe.
 */
final class FetchDemand {
    private @Nullable ReceivedSignal rung;
    private boolean anyway;
    private @Nullable ReceivedSignal askedFor;
    private boolean askedAnyway;

    /** The signal that tells most of those that nothing has been done about yet. */
    @Nullable ReceivedSignal rung() {
        return rung;
    }

    /** Whether the feed has to be asked whatever signals say. */
    boolean isUrgent() {
        return anyway;
    }

    boolean isMet(@Nullable DeviceCursor cursor) {
        ReceivedSignal heard = rung;
        return !anyway && (heard == null || (cursor != null && cursor.covers(heard)));
    }

    void hear(ReceivedSignal signal) {
        ReceivedSignal before = rung;
        rung = before == null ? signal : more(before, signal);
    }

    void want() {
        anyway = true;
    }

    /** The feed is being asked: the answer will tell more than anything heard before. */
    void asked() {
        askedFor = rung;
        askedAnyway = anyway;
        rung = null;
        anyway = false;
    }

    /** What the answer brought has been kept. */
    void answered() {
        askedFor = null;
        askedAnyway = false;
    }

    /** Nothing came of it. */
    void failed() {
        ReceivedSignal before = askedFor;
        if (before != null) {
            ReceivedSignal since = rung;
            rung = since == null ? before : more(before, since);
        }
        anyway |= askedAnyway;
        answered();
    }

    /** A later signal tells more, unless it was overtaken; of two that tell the same, the one that carries changes. */
    private ReceivedSignal more(ReceivedSignal earlier, ReceivedSignal later) {
        if (!earlier.epoch().equals(later.epoch())) {
            // One of them speaks of a log that is no more. To act on the wrong one alone would lose the other.
            anyway = true;
            return later;
        }
        if (earlier.revision() != later.revision()) {
            return earlier.revision() < later.revision() ? later : earlier;
        }
        return later.changes().size() > earlier.changes().size() ? later : earlier;
    }
}
