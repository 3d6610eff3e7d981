package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reading of a snapshot, part by part: where it began and where it has got to. Not thread-safe. */
final class SnapshotReading {
    private boolean underWay;
    private @Nullable Cursor first;
    private @Nullable String next;
    private boolean complete;

    boolean isUnderWay() {
        return underWay;
    }

    /** The link to the part that is due; null for the first. */
    @Nullable String next() {
        return next;
    }

    /** From the first part, whatever has been read of it before: its parts build on each other. */
    void begin() {
        underWay = true;
        first = null;
        next = null;
        complete = false;
    }

    /** What {@code state} becomes with the next part; {@code steps} gets what leads there. */
    DeviceState take(Answer.Snapshot part, DeviceState state, List<Step> steps) {
        Cursor place = first == null ? part.cursor() : first;
        first = place;
        next = part.next();
        DeviceState.Draft draft = state.draft();
        for (Order order : part.orders()) {
            if (draft.apply(order.id(), order.version())) {
                steps.add(new Step.Restored(order));
            }
        }
        // Until the last part the old cursor stays, so that a restart in between begins the snapshot again.
        complete = part.next() == null;
        if (complete) {
            draft.moveTo(place);
            steps.add(new Step.Resumed(place));
        }
        return draft.done();
    }

    /** The part taken last is kept; with the last one the reading is over. */
    void saved() {
        if (complete) {
            underWay = false;
        }
    }
}
