package io.bellwire.query;

import io.bellwire.log.Cursor;
import io.bellwire.log.Position;
import java.util.Optional;
import java.util.UUID;

/**
 * Up to where the feed of all orders has been folded. Immutable.
 *
 * @param cursor everything up to here is folded, once the scan is over. Its chain shows whether the log lost its end and has
 *     grown again
 * @param scannedTo while the orders that are older than the fold are scanned: the last one that was; empty when that is over
 */
record FoldedPosition(Cursor cursor, Optional<UUID> scannedTo) {
    long revision() {
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
