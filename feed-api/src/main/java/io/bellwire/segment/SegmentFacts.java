package io.bellwire.segment;

/**
 * What is known of a segment that is written no more. Immutable.
 *
 * @param number its number
 * @param bytes the size of its file
 * @param firstRecord the number of its first record
 * @param nextRecord the number of the first record after it
 * @param lastAtMillis when its last record was written, milliseconds since 1970
 * @param lastAgeMillis how long the log had been running by then
 * @param stateFrom the segment from which on the log must be read to know everything but its changes
 * @param lastSeq the highest number that an event has had by its end
 */
record SegmentFacts(
        long number,
        long bytes,
        long firstRecord,
        long nextRecord,
        long lastAtMillis,
        long lastAgeMillis,
        long stateFrom,
        long lastSeq) {}
