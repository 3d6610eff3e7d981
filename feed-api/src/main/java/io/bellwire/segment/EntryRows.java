package io.bellwire.segment;

/**
 * Consecutive changes of one feed in one segment, by the places of their events. Immutable by agreement.
 *
 * @param first the revision of the first
 * @param chains the chained checksum of each
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record EntryRows(long first, int[] offsets, int[] lengths, int[] chains) {
    int count() {
        return offsets.length;
    }
}
