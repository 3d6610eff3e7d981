package io.bellwire.webhook;

import io.bellwire.log.Revision;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an endpoint is doing, for its partner and for operators. Immutable.
 *
 * @param isSuspicious whether it answers 2xx though the partner processes nothing
 * @param position everything up to here was received, or is not wanted; empty before the feed was read first
 * @param pending how many changes of the feed come after {@code position}
 * @param oldestMillis when the oldest change that is not received was committed, milliseconds since 1970; empty if
 *     there is none, or it is not known yet
 * @param attempts within the last hour
 * @param failures those of them that failed
 * @param failuresInRow how many attempts in a row have failed
 * @param p50 within which half of the latest attempts ended; zero if there was none
 * @param p99 the same for 99 of 100
 * @param nextAttempt after which time the next attempt follows; empty if nothing waits for its time
 * @param falseFailures changes that the partner has processed though their calls have failed, since the server's start
 */
public record EndpointHealth(
        EndpointState state,
        boolean isSuspicious,
        Optional<Revision> position,
        long pending,
        OptionalLong oldestMillis,
        int attempts,
        int failures,
        int failuresInRow,
        Duration p50,
        Duration p99,
        Optional<CallError> lastError,
        Optional<Duration> nextAttempt,
        long falseFailures,
        SignatureCheck signatureCheck) {}
