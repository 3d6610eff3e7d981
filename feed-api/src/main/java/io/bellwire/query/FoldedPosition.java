package io.bellwire.query;

import io.bellwire.log.Cursor;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderId;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The position up to which the feed of all orders has been folded. Immutable.
 *
 * @param cursor all changes up to this cursor are folded once the scan is over. Its chain shows whether the log has
 *     lost its end and has grown again
 * @param scannedTo the id of the last order that was scanned, as long as the orders of the log are scanned; empty when
 *     the scan is over
 */
record FoldedPosition(Cursor cursor, Optional<UUID> scannedTo) {
    /** Where a scan begins: less than the id of any order. */
    static final UUID BEFORE_ALL = new UUID(0, 0);

    Revision revision() {
        return cursor.revision();
    }

    boolean isScanning() {
        return scannedTo.isPresent();
    }

    /** The last order that was scanned; null before the first. */
    @Nullable OrderId lastScanned() {
        return scannedTo.filter(id -> !id.equals(BEFORE_ALL)).map(OrderId::new).orElse(null);
    }

    FoldedPosition scanned(OrderId last) {
        return new FoldedPosition(cursor, Optional.of(last.value()));
    }

    FoldedPosition scanIsOver() {
        return new FoldedPosition(cursor, Optional.empty());
    }

    FoldedPosition folded(Position last) {
        return new FoldedPosition(new Cursor(cursor.epoch(), last), scannedTo);
    }
}
