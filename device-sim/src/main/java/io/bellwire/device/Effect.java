package io.bellwire.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Device} asks its caller to do, in the order given. Immutable. */
public sealed interface Effect {
    void accept(Handler handler);

    /** One method for each kind of effect, so that the compiler finds a handler that lacks one. */
    interface Handler {
        void subscribe(Subscribe effect);

        void fetchPage(FetchPage effect);

        void fetchSnapshot(FetchSnapshot effect);

        void save(Save effect);

        void ack(Ack effect);

        void fetchSkipped(FetchSkipped effect);

        void caughtUp(CaughtUp effect);

        void safetyPolled(SafetyPolled effect);
    }

    /** Connect and subscribe. Answered by {@link Input.Subscribed}, and by {@link Input.Disconnected} at its end. */
    record Subscribe() implements Effect {
        @Override
        public void accept(Handler handler) {
            handler.subscribe(this);
        }
    }

    /**
     * Fetch the feed after {@code after}, from its beginning if null. Answered by {@link Input.Fetched}.
     *
     * @param waitMillis how long the server is asked to wait for a change if there is none; 0 to answer at once
     */
    record FetchPage(@Nullable DeviceCursor after, long waitMillis) implements Effect {
        @Override
        public void accept(Handler handler) {
            handler.fetchPage(this);
        }
    }

    /** Fetch the snapshot's part at the link {@code next}, the first if null. Answered by {@link Input.Fetched}. */
    record FetchSnapshot(@Nullable String next) implements Effect {
        @Override
        public void accept(Handler handler) {
            handler.fetchSnapshot(this);
        }
    }

    /**
     * Store {@code state}, and what the application does for {@code steps}, in one atomic step. Answered by {@link
     * Input.Saved} or {@link Input.SaveFailed}.
     *
     * @param fromSignal whether the changes came with a signal, without a fetch
     */
    record Save(DeviceState state, List<Step> steps, boolean fromSignal) implements Effect {
        public Save {
            steps = List.copyOf(steps);
        }

        @Override
        public void accept(Handler handler) {
            handler.save(this);
        }
    }

    /** Acknowledge that everything up to {@code processed} is saved. Answered by {@link Input.Acked}. */
    record Ack(DeviceCursor processed) implements Effect {
        @Override
        public void accept(Handler handler) {
            handler.ack(this);
        }
    }

    /** Nothing to do, for figures: a signal brought no news, so the device is up to date and does not fetch. */
    record FetchSkipped() implements Effect {
        @Override
        public void accept(Handler handler) {
            handler.fetchSkipped(this);
        }
    }

    /** Nothing to do, for figures: the device has all that its feed had at the last answer. */
    record CaughtUp() implements Effect {
        @Override
        public void accept(Handler handler) {
            handler.caughtUp(this);
        }
    }

    /**
     * Nothing to do, for figures: a safety poll was answered while the device was subscribed and no signal had arrived.
     *
     * @param found how many changes it brought, none of which a signal had announced
     * @param nextMillis the interval until the next safety poll, give or take a fifth
     */
    record SafetyPolled(int found, long nextMillis) implements Effect {
        @Override
        public void accept(Handler handler) {
            handler.safetyPolled(this);
        }
    }
}
