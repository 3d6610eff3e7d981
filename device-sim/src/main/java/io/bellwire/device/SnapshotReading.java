package io.bellwire.device;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reading of a snapshot after a reset, part by part, and where the feed goes on after its last part. Not
 * thread-safe.
 */
final class SnapshotReading {
    /**
     * After so many failures in a row the link to the next part is taken to be stale, and the snapshot begins again.
     */
    private static final int FAILURES_MAX = 5;

    private boolean isUnderWay;
    /** The feed's position before the first part was read; null before the first part. */
    private @Nullable DeviceCursor firstPartCursor;

    private @Nullable DeviceCursor earliest;
    private boolean isOfSameLog;
    private @Nullable String nextLink;
    /** The links of the snapshot so far: one that leads back would have the device read in a circle for ever. */
    private final Set<String> links = new HashSet<>();

    private boolean lastPartTaken;
    private int resetsInARow;

    boolean isUnderWay() {
        return isUnderWay;
    }

    /** The link to the part that is to be fetched; null for the first. */
    @Nullable String nextLink() {
        return nextLink;
    }

    /**
     * Begins a snapshot because the server cannot continue the cursor. Returns whether the first part may be fetched at
     * once: a server that resets even the cursors that it has just given is asked only after a wait.
     */
    boolean begin(FetchResult.Reset reset) {
        earliest = reset.earliest();
        isOfSameLog = reset.isOfSameLog();
        restart();
        resetsInARow++;
        return resetsInARow == 1;
    }

    void cursorWasAccepted() {
        resetsInARow = 0;
    }

    /** @param failures how many fetches have failed in a row */
    void fetchFailed(int failures) {
        if (isUnderWay && failures % FAILURES_MAX == 0) {
            restart();
        }
    }

    /** The part that was fetched last is of no use, or could not be saved: the snapshot begins again. */
    void partNotSaved() {
        if (isUnderWay) {
            restart();
        }
    }

    /** The snapshot is not needed: the device has another position than the one that could not be continued. */
    void abandon() {
        isUnderWay = false;
    }

    /** Goes back to the first part, because each part builds on those before it. */
    private void restart() {
        isUnderWay = true;
        firstPartCursor = null;
        nextLink = null;
        links.clear();
        lastPartTaken = false;
    }

    /** Whether {@code part} is followed by one that was read already. */
    boolean leadsBack(FetchResult.Snapshot part) {
        return part.next() != null && links.contains(part.next());
    }

    /** Returns {@code state} with the orders of {@code part}, and adds the steps that lead to it to {@code steps}. */
    DeviceState takePart(FetchResult.Snapshot part, DeviceState state, List<Step> steps) {
        DeviceState.Draft draft = state.draft();
        DeviceCursor known = state.cursor();
        DeviceCursor snapshotCursor = firstPartCursor;
        if (snapshotCursor == null) {
            snapshotCursor = part.cursor();
            if (known != null && !(isOfSameLog && known.epoch().equals(snapshotCursor.epoch()))) {
                draft.clearOrders();
                steps.add(new Step.OrdersCleared());
            }
        }
        firstPartCursor = snapshotCursor;
        nextLink = part.next();
        if (nextLink != null) {
            links.add(nextLink);
        }
        for (OrderSnapshot order : part.orders()) {
            if (draft.apply(order.id(), order.version())) {
                steps.add(new Step.Restored(order));
            }
        }
        // The old cursor stays until the last part, so that a restart before it begins the snapshot again.
        lastPartTaken = part.next() == null;
        if (lastPartTaken) {
            // The snapshot has only orders. Other events are in the feed, as far back as it goes.
            DeviceCursor from = earliest == null ? snapshotCursor : earliest;
            draft.setCursor(from);
            steps.add(new Step.Resumed(from));
        }
        return draft.build();
    }

    /** The part that was taken last is saved; the last part ends the snapshot. */
    void partSaved() {
        if (lastPartTaken) {
            isUnderWay = false;
        }
    }
}
