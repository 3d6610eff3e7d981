package io.bellwire.query;

import io.bellwire.log.Cursor;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.util.Optional;
import java.util.UUID;

/**
 * The position up to which the feed of all orders has been folded. Immutable.
 *
 * @param cursor all changes up to this cursor are folded once the scan is over. Its chain shows whether the log has
 *     lost its end and has grown again
 * @param scannedTo the last order that was scanned, as long as the orders of the log are scanned; empty when the scan
 *     is over
 */
record FoldedPosition(Cursor cursor, Optional<UUID> scannedTo) {
    Revision revision() {
        return cursor.revision();
    }

    boolean isScanning() {
        return scannedTo.isPresent();
    }

    FoldedPosition scanned(UUID last) {
        return new FoldedPosition(cursor, Optional.of(last));
    }

    FoldedPosition scanIsOver() {
        return new FoldedPosition(cursor, Optional.empty());
    }

    FoldedPosition folded(Position last) {
        return new FoldedPosition(new Cursor(cursor.epoch(), last), scannedTo);
    }
}
