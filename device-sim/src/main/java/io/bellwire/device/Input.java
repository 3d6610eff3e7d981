package io.bellwire.device;

/** What a device can learn, and when: {@code atMillis} on any clock that does not go back. Immutable. */
public sealed interface Input {
    long atMillis();

    void accept(Cases cases);

    /** One method for each kind, so that the compiler finds who forgot one. */
    interface Cases {
        void started(Started input);

        void ticked(Ticked input);

        void listening(Listening input);

        void cut(Cut input);

        void heard(Heard input);

        void answered(Answered input);

        void saved(Saved input);

        void saveFailed(SaveFailed input);

        void acked(Acked input);
    }

    /** The device's process has begun: the first input, once. */
    record Started(long atMillis) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.started(this);
        }
    }

    /** Time has passed; due at {@link Device#wakeAtMillis()}, harmless at any other. */
    record Ticked(long atMillis) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.ticked(this);
        }
    }

    /** Connected, and the subscription is confirmed. */
    record Listening(long atMillis) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.listening(this);
        }
    }

    /** The connection is gone, or could not be made. */
    record Cut(long atMillis) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.cut(this);
        }
    }

    /** A signal came. */
    record Heard(long atMillis, ReceivedSignal signal) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.heard(this);
        }
    }

    /** The fetch under way has come to its end. */
    record Answered(long atMillis, FetchResult answer) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.answered(this);
        }
    }

    /** The state of the last {@link Effect.Save} will be there after a restart. */
    record Saved(long atMillis) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.saved(this);
        }
    }

    /** The state of the last {@link Effect.Save} could not be kept: the one before it still stands. */
    record SaveFailed(long atMillis) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.saveFailed(this);
        }
    }

    /** The acknowledgement under way has come to its end. */
    record Acked(long atMillis, AckResult answer) implements Input {
        @Override
        public void accept(Cases cases) {
            cases.acked(this);
        }
    }
}
