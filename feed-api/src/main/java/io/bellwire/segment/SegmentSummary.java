package io.bellwire.segment;

/**
 * What is known of a sealed segment, one that is written no more. Immutable.
 *
 * @param number the number of the segment
 * @param bytes the size of its file
 * @param firstRecord the number of its first record
 * @param nextRecord the number of the first record after it
 * @param lastWritten when its last record was written
 * @param stateFromSegment the segment from which on the log must be read to know everything but its changes
 * @param lastEventNumber the highest number that an event has had by the end of the segment
 */
record SegmentSummary(
        long number,
        long bytes,
        long firstRecord,
        long nextRecord,
        WriteTime lastWritten,
        long stateFromSegment,
        long lastEventNumber) {
    /**
     * When a record was written.
     *
     * @param atMillis the wall clock, milliseconds since 1970
     * @param ageMillis the age of the log: how long it had been running, over all starts
     */
    record WriteTime(long atMillis, long ageMillis) {}
}
