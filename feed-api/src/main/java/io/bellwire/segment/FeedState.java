package io.bellwire.segment;

import io.bellwire.log.FeedId;
import io.bellwire.log.Position;

/** Where one feed stands, as far as the log's files say. Guarded by the {@link LogState} that it is part of. */
final class FeedState {
    final int no;
    final FeedId id;
    Position head = Position.START;
    /** Before the oldest change that is kept. */
    Position earliest = Position.START;

    Position received = Position.START;
    Position processed = Position.START;
    /** The newest segment with an index on disk that holds changes of the feed; 0 if there is none. */
    long lastIndexed;

    /** The same as a value. */
    record Facts(int no, Position head, Position earliest, Position received, Position processed, long lastIndexed) {}

    FeedState(int no, FeedId id) {
        this.no = no;
        this.id = id;
    }

    Facts facts() {
        return new Facts(no, head, earliest, received, processed, lastIndexed);
    }

    void set(Facts facts) {
        head = facts.head;
        earliest = facts.earliest;
        received = facts.received;
        processed = facts.processed;
        lastIndexed = Math.max(lastIndexed, facts.lastIndexed); // an index may have been opened since that was written
    }
}
