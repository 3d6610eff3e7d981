package io.bellwire.feed;

/** The streams of signals that readers hold open. Thread-safe. */
public interface SignalStreams {
    /** Has {@code listener}, and none before it, told of the streams from now on. */
    void listen(Listener listener);

    /** How many streams are open. */
    int open();

    /**
     * Hears of streams. For one stream {@code opened} comes first, and once; {@code closed} comes after it, and once. May
     * be called on any thread; an implementation returns at once, never blocks and never throws.
     */
    interface Listener {
        /** A reader has opened this stream, and can be sent signals from now on. */
        void opened(SignalStream stream);

        /** It has ended, whoever ended it; nothing more can be sent. */
        void closed(SignalStream stream);
    }
}
