package io.bellwire.feed;

import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import java.util.Optional;

/**
 * One reader that holds a stream of signals open. Thread-safe; nothing here blocks or throws. Two streams are equal only if
 * they are the same.
 */
public interface SignalStream {
    /** Whose signals it carries. */
    FeedId feed();

    /** Whether the device or partner itself reads it, and not an operator who looks on. */
    default boolean isOwners() {
        return true;
    }

    /** The cursor of the last signal that the reader says it has; with the feed's head in it, it needs no greeting. */
    Optional<Cursor> lastEventId();

    /**
     * Sends one signal, or has it wait until the reader has taken what was sent before. Only so much may wait: a plain
     * signal takes the place of a plain one that still waits, anything else is refused when there is no room.
     *
     * @param payload UTF-8 JSON; not copied, so not to be changed afterwards
     * @param cursor what the reader has with it: the cursor of the signal's revision; empty if that is not known any more
     * @param isPlain whether it carries neither events nor changes, so that any later one says all that it does
     */
    Offered offer(byte[] payload, Optional<Cursor> cursor, boolean isPlain);

    /** What became of a signal. */
    enum Offered {
        /** On its way. Whether the reader got it is known when it asks for its feed. */
        TAKEN,
        /** The reader does not read what it was sent before. Nothing was queued; try again later. */
        CONGESTED,
        /** The stream has ended. */
        CLOSED
    }
}
