package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a device wants done, in the order given. Immutable. */
public sealed interface Effect {
    void accept(Cases cases);

    /** One method for each kind, so that the compiler finds who forgot one. */
    interface Cases {
        void listen(Listen effect);

        void fetchPage(FetchPage effect);

        void fetchSnapshot(FetchSnapshot effect);

        void save(Save effect);

        void ack(Ack effect);

        void skipPoll(SkipPoll effect);

        void caughtUp(CaughtUp effect);

        void safetyPolled(SafetyPolled effect);
    }

    /** Connect and subscribe. Answered by {@link Input.Listening}, and whenever that ends by {@link Input.Cut}. */
    record Listen() implements Effect {
        @Override
        public void accept(Cases cases) {
            cases.listen(this);
        }
    }

    /**
     * Read the feed after {@code after}, from the beginning if null. Answered by {@link Input.Answered}.
     *
     * @param waitMillis how long the server shall wait for a change if there is none, 0 to answer at once
     */
    record FetchPage(@Nullable DeviceCursor after, long waitMillis) implements Effect {
        @Override
        public void accept(Cases cases) {
            cases.fetchPage(this);
        }
    }

    /** Read the part of the snapshot at {@code next}, the first if null. Answered by {@link Input.Answered}. */
    record FetchSnapshot(@Nullable String next) implements Effect {
        @Override
        public void accept(Cases cases) {
            cases.fetchSnapshot(this);
        }
    }

    /**
     * Keep {@code state}, and with it whatever {@code steps} mean to the application, in one atomic step. Answered by
     * {@link Input.Saved} or {@link Input.SaveFailed}.
     *
     * @param straight whether the changes came with a signal, so that nobody had to be asked for them
     */
    record Save(DeviceState state, List<Step> steps, boolean straight) implements Effect {
        public Save {
            steps = List.copyOf(steps);
        }

        @Override
        public void accept(Cases cases) {
            cases.save(this);
        }
    }

    /** Tell the server that all up to {@code processed} is saved. Answered by {@link Input.Acked}. */
    record Ack(DeviceCursor processed) implements Effect {
        @Override
        public void accept(Cases cases) {
            cases.ack(this);
        }
    }

    /** A signal told nothing new, so there is nothing to poll for: the device is up to date. For the eye alone. */
    record SkipPoll() implements Effect {
        @Override
        public void accept(Cases cases) {
            cases.skipPoll(this);
        }
    }

    /** The device has all that its feed had at the last answer. For the eye alone. */
    record CaughtUp() implements Effect {
        @Override
        public void accept(Cases cases) {
            cases.caughtUp(this);
        }
    }

    /**
     * A poll that no signal had called for has been answered, on a line that was up. For the eye alone.
     *
     * @param found how many changes it brought: as many that no signal had announced
     * @param nextMillis how long after the last read the next such poll is due, give or take a fifth
     */
    record SafetyPolled(int found, long nextMillis) implements Effect {
        @Override
        public void accept(Cases cases) {
            cases.safetyPolled(this);
        }
    }
}
