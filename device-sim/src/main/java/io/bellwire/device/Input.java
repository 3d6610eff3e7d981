package io.bellwire.device;

import org.jspecify.annotations.Nullable;

/**
 * An event of which a {@link Device} is notified, with its time: {@code atMillis} on any clock that does not go back.
 * Immutable.
 */
public sealed interface Input {
    long atMillis();

    void accept(Handler handler);

    /** One method for each kind of input, so that the compiler finds a handler that lacks one. */
    interface Handler {
        void started(Started input);

        void ticked(Ticked input);

        void subscribed(Subscribed input);

        void disconnected(Disconnected input);

        void signalReceived(SignalReceived input);

        void fetched(Fetched input);

        void saved(Saved input);

        void saveFailed(SaveFailed input);

        void acked(Acked input);
    }

    /** The device's process has started: the first input, once. */
    record Started(long atMillis) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.started(this);
        }
    }

    /** Time has passed; due at {@link Device#wakeAtMillis()}, harmless at any other time. */
    record Ticked(long atMillis) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.ticked(this);
        }
    }

    /** The device is connected, and the server has confirmed the subscription. */
    record Subscribed(long atMillis) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.subscribed(this);
        }
    }

    /** The connection has ended, or could not be made. */
    record Disconnected(long atMillis) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.disconnected(this);
        }
    }

    /** A signal has arrived. */
    record SignalReceived(long atMillis, ReceivedSignal signal) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.signalReceived(this);
        }
    }

    /** The fetch under way has ended. */
    record Fetched(long atMillis, FetchResult result) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.fetched(this);
        }
    }

    /** The state of the last {@link Effect.Save} is stored: a restart finds it. */
    record Saved(long atMillis) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.saved(this);
        }
    }

    /**
     * The state of the last {@link Effect.Save} could not be stored: a restart finds the one before it.
     *
     * @param stored the state that the store has now, from which the device goes on; null if it could not be loaded
     */
    record SaveFailed(long atMillis, @Nullable DeviceState stored) implements Input {
        public SaveFailed(long atMillis) {
            this(atMillis, null);
        }

        @Override
        public void accept(Handler handler) {
            handler.saveFailed(this);
        }
    }

    /** The acknowledgement under way has ended. */
    record Acked(long atMillis, AckResult result) implements Input {
        @Override
        public void accept(Handler handler) {
            handler.acked(this);
        }
    }
}
