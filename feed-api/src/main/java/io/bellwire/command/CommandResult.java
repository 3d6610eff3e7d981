package io.bellwire.command;

import io.bellwire.log.Event;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The result of a command: done, done before, refused, refused because its idempotency key belongs to another request,
 * or to be prepared again.
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
     * The command is durable.
     *
     * @param status the HTTP status of the answer
     * @param body the answer; empty if the answer is the event's data
     * @param subject the id of what the command was about; null for none
     * @param event the event that the command has appended, or the newest event about {@code subject} if nothing has
     *     changed
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Done<R>(
            int status,
            byte[] body,
            @Nullable UUID subject,
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

    /** The command cannot be done. Nothing was written, and no response is stored. */
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

    /** The idempotency key was used with another request. */
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
     * The command was prepared against events that are no longer the newest of their subjects. Nothing was written, and
     * no response is stored.
     *
     * @param newest the newest events of these subjects
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
