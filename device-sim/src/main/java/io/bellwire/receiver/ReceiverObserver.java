package io.bellwire.receiver;

/** Is told what a receiver does, before it is kept: after a crash, the last may be told again. */
public interface ReceiverObserver {
    /** Observes nothing. */
    ReceiverObserver NONE = new ReceiverObserver() {
        @Override
        public void applied(CallEvent change) {}

        @Override
        public void reset(String reason) {}

        @Override
        public void replayStarted(String after) {}
    };

    /** The change takes effect now. */
    void applied(CallEvent change);

    /** The position cannot be continued: changes may be missing, and the feed is read from its earliest change. */
    void reset(String reason);

    /** The changes after the cursor are called again; empty for the beginning. */
    void replayStarted(String after);
}
