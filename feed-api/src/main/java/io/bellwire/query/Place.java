package io.bellwire.query;

import io.bellwire.log.Epoch;
import java.util.Optional;
import java.util.UUID;

/**
 * Up to where the feed of all orders has been folded. Immutable.
 *
 * @param revision everything up to here is folded, once the scan is over
 * @param checksum CRC32C of the change at that revision, so that a log that lost its end and has grown again is noticed; 0
 *     for revision 0
 * @param scannedTo while the orders that are older than the fold are scanned: the last one that was; empty when that is over
 */
record Place(Epoch epoch, long revision, long checksum, Optional<UUID> scannedTo) {
    Place {
        if (revision < 0) {
            throw new IllegalArgumentException("a place must not be negative, is " + revision);
        }
    }

    boolean isScanning() {
        return scannedTo.isPresent();
    }

    Place scanned(UUID last) {
        return new Place(epoch, revision, checksum, Optional.of(last));
    }

    Place scanIsOver() {
        return new Place(epoch, revision, checksum, Optional.empty());
    }

    Place folded(long newRevision, long newChecksum) {
        return new Place(epoch, newRevision, newChecksum, scannedTo);
    }
}
