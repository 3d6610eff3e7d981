package io.bellwire.log;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a command came to: done, done before, refused, not the request that its idempotency key belongs to, or to be prepared
 * again.
 *
 * @param <R> why it may be refused
 */
public sealed interface CommandResult<R> {
    <T> T fold(
            Function<Done<R>, T> done,
            Function<Repeated<R>, T> repeated,
            Function<Refused<R>, T> refused,
            Function<Mismatch<R>, T> mismatch,
            Function<Outdated<R>, T> outdated);

    /**
     * It is durable.
     *
     * @param status the answer's HTTP status
     * @param body the answer; empty if it is the event's data
     * @param order the order that it is about, null if none
     * @param event the event that tells of it, or the one before if there was nothing to tell
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Done<R>(
            int status,
            byte[] body,
            @Nullable UUID order,
            @Nullable Event event) implements CommandResult<R> {
        @Override
        public <T> T fold(
                Function<Done<R>, T> done,
                Function<Repeated<R>, T> repeated,
                Function<Refused<R>, T> refused,
                Function<Mismatch<R>, T> mismatch,
                Function<Outdated<R>, T> outdated) {
            return done.apply(this);
        }
    }

    /** The same request was done before. */
    record Repeated<R>(StoredResponse answer) implements CommandResult<R> {
        @Override
        public <T> T fold(
                Function<Done<R>, T> done,
                Function<Repeated<R>, T> repeated,
                Function<Refused<R>, T> refused,
                Function<Mismatch<R>, T> mismatch,
                Function<Outdated<R>, T> outdated) {
            return repeated.apply(this);
        }
    }

    /** It cannot be done; nothing was written, and nothing is remembered. */
    record Refused<R>(R why) implements CommandResult<R> {
        @Override
        public <T> T fold(
                Function<Done<R>, T> done,
                Function<Repeated<R>, T> repeated,
                Function<Refused<R>, T> refused,
                Function<Mismatch<R>, T> mismatch,
                Function<Outdated<R>, T> outdated) {
            return refused.apply(this);
        }
    }

    /** Another request has used the key. */
    record Mismatch<R>() implements CommandResult<R> {
        @Override
        public <T> T fold(
                Function<Done<R>, T> done,
                Function<Repeated<R>, T> repeated,
                Function<Refused<R>, T> refused,
                Function<Mismatch<R>, T> mismatch,
                Function<Outdated<R>, T> outdated) {
            return mismatch.apply(this);
        }
    }

    /**
     * It was prepared against orders that have changed since; nothing was written, and nothing is remembered.
     *
     * @param newest the newest events of these orders
     */
    record Outdated<R>(List<Event> newest) implements CommandResult<R> {
        public Outdated {
            newest = List.copyOf(newest);
        }

        @Override
        public <T> T fold(
                Function<Done<R>, T> done,
                Function<Repeated<R>, T> repeated,
                Function<Refused<R>, T> refused,
                Function<Mismatch<R>, T> mismatch,
                Function<Outdated<R>, T> outdated) {
            return outdated.apply(this);
        }
    }
}
