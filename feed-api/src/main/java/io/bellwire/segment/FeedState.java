package io.bellwire.segment;

import io.bellwire.log.FeedId;
import io.bellwire.log.Position;

/** The positions of one feed, as the log's files have them. Guarded by the {@link LogState} that it is part of. */
final class FeedState {
    final int feedNumber;
    final FeedId id;
    Position head = Position.START;
    /** The position before the oldest change that is kept. */
    Position earliest = Position.START;

    Position received = Position.START;
    Position processed = Position.START;
    /** The newest segment with an index on disk that holds changes of the feed; 0 if there is none. */
    long lastIndexedSegment;

    /** The same as a value. */
    record Snapshot(
            int feedNumber,
            Position head,
            Position earliest,
            Position received,
            Position processed,
            long lastIndexedSegment) {}

    FeedState(int feedNumber, FeedId id) {
        this.feedNumber = feedNumber;
        this.id = id;
    }

    Snapshot snapshot() {
        return new Snapshot(feedNumber, head, earliest, received, processed, lastIndexedSegment);
    }

    void set(Snapshot snapshot) {
        head = snapshot.head;
        earliest = snapshot.earliest;
        received = snapshot.received;
        processed = snapshot.processed;
        noteIndexed(snapshot.lastIndexedSegment); // an index may have been opened since the snapshot was written
    }

    void noteIndexed(long segment) {
        lastIndexedSegment = Math.max(lastIndexedSegment, segment);
    }
}
