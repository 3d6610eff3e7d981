package io.bellwire.feed;

/** The open streams of signals. Thread-safe. */
public interface SignalStreams {
    /** Notifies {@code listener} of the streams from now on, in place of an earlier listener. */
    void listen(Listener listener);

    /** How many streams are open. */
    int open();

    /**
     * Is notified of streams: for each stream once of {@code opened}, and after that once of {@code closed}. It may be
     * called on any thread. An implementation MUST return at once, and MUST NOT block or throw.
     */
    interface Listener {
        /** A reader has opened this stream. Signals can be sent from now on. */
        void opened(SignalStream stream);

        /** The reader or the server has closed the stream. Nothing more can be sent. */
        void closed(SignalStream stream);
    }
}
