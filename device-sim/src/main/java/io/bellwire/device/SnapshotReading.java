package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reading of a snapshot, part by part: where it began and where it has got to. Not thread-safe. */
final class SnapshotReading {
    /** After so many failures on end, the link to the next part is taken to be stale and the snapshot begins again. */
    private static final int TRIES = 5;

    private boolean underWay;
    private @Nullable DeviceCursor first;
    private @Nullable DeviceCursor earliest;
    private boolean isOfSameLog;
    private @Nullable String next;
    private boolean complete;
    private int resetsOnEnd;

    boolean isUnderWay() {
        return underWay;
    }

    /** The link to the part that is due; null for the first. */
    @Nullable String next() {
        return next;
    }

    /**
     * The cursor cannot be continued; whether the snapshot may be asked for at once. A server that resets whatever it has
     * just handed out is not asked without pause.
     */
    boolean reset(FetchResult.Reset reset) {
        earliest = reset.earliest();
        isOfSameLog = reset.isOfSameLog();
        begin();
        resetsOnEnd++;
        return resetsOnEnd == 1;
    }

    /** The cursor could be continued. */
    void continued() {
        resetsOnEnd = 0;
    }

    /** So many failures there have been on end. */
    void failed(int failures) {
        if (underWay && failures % TRIES == 0) {
            begin();
        }
    }

    /** The part taken last could not be kept: what was read of it before is read again. */
    void lost() {
        if (underWay) {
            begin();
        }
    }

    /** From the first part, whatever has been read of it before: its parts build on each other. */
    private void begin() {
        underWay = true;
        first = null;
        next = null;
        complete = false;
    }

    /** What {@code state} becomes with the next part; {@code steps} gets what leads there. */
    DeviceState take(FetchResult.Snapshot part, DeviceState state, List<Step> steps) {
        DeviceState.Draft draft = state.draft();
        DeviceCursor known = state.cursor();
        DeviceCursor place = first;
        if (place == null) {
            place = part.cursor();
            if (known != null && !(isOfSameLog && known.epoch().equals(place.epoch()))) {
                draft.forgetOrders();
                steps.add(new Step.Forgotten());
            }
        }
        first = place;
        next = part.next();
        for (OrderSnapshot order : part.orders()) {
            if (draft.apply(order.id(), order.version())) {
                steps.add(new Step.Restored(order));
            }
        }
        // Until the last part the old cursor stays, so that a restart in between begins the snapshot again.
        complete = part.next() == null;
        if (complete) {
            // the snapshot has orders only: what else has happened is in the feed, as far back as that goes
            DeviceCursor from = earliest == null ? place : earliest;
            draft.moveTo(from);
            steps.add(new Step.Resumed(from));
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
