package io.bellwire.segment;

/**
 * Where the events of consecutive changes of one feed are in one segment. Immutable by agreement.
 *
 * @param firstRevision the revision of the first change
 * @param offsets where each event begins, in bytes from the beginning of the file
 * @param lengths the length of each event in bytes
 * @param chains the chained checksum of each change
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record EntryLocations(long firstRevision, int[] offsets, int[] lengths, int[] chains) {
    int count() {
        return offsets.length;
    }
}
