package io.bellwire.feed;

import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import java.util.Optional;

/**
 * One open stream of signals to a reader. Thread-safe; its methods neither block nor throw. Two streams are equal only
 * if they are the same object.
 */
public interface SignalStream {
    /** The feed whose signals it carries. */
    FeedId feed();

    /** Whether the device or partner whose feed it is reads the stream; false if an operator does. */
    default boolean isReadByOwner() {
        return true;
    }

    /** The cursor of the last signal that the reader has, as it says; a reader that has the head needs no greeting. */
    Optional<Cursor> lastEventId();

    /**
     * Sends one signal, or queues it until the reader has taken what was sent before. The queue is bounded: a plain
     * signal replaces a plain one that still waits, and any other signal is refused if there is no room.
     *
     * @param payload UTF-8 JSON; it is not copied, so the caller must not change it afterwards
     * @param cursor the cursor of the signal's revision, the reader's position when it has the signal; empty if it is
     *     no longer known
     * @param isPlain whether the signal carries neither events nor changes, so that any later signal says all that it
     *     says
     */
    Offered offer(byte[] payload, Optional<Cursor> cursor, boolean isPlain);

    /** What has become of a signal that was offered. */
    enum Offered {
        /** Sent or queued. Only a read of the feed shows that the reader got it. */
        TAKEN,
        /** Not queued, because the reader has not taken what was sent before. A later try may succeed. */
        CONGESTED,
        /** The stream has ended. */
        CLOSED
    }
}
