package io.bellwire.http;

import java.time.Duration;

/**
 * How much HTTP callers may make the server hold. Immutable; the constructor throws {@link IllegalArgumentException}
 * that names the limit.
 *
 * @param longPollsMax long polls of one device or partner at once
 * @param answerBytesPerCallerMax bytes of answers that one caller has not read yet
 * @param answerBytesMax the same for all callers together
 * @param answerStall how long a caller may read nothing of an answer before its connection is closed
 * @param connectionsPerAddressMax connections from one address at once
 * @param headerDeadline how long a request's headers may take to arrive, and a new connection's first request
 */
public record CallerLimits(
        int longPollsMax,
        long answerBytesPerCallerMax,
        long answerBytesMax,
        Duration answerStall,
        int connectionsPerAddressMax,
        Duration headerDeadline) {
    /** For a heap of a few hundred MiB, and fleets of thousands behind one address. */
    public static final CallerLimits DEFAULT =
            new CallerLimits(32, 4 << 20, 32 << 20, Duration.ofSeconds(10), 10_000, Duration.ofSeconds(20));

    public CallerLimits {
        requirePositive("long polls of a caller", longPollsMax);
        requirePositive("bytes of unread answers of a caller", answerBytesPerCallerMax);
        requirePositive("bytes of unread answers", answerBytesMax);
        requirePositive("time to read an answer, in milliseconds,", answerStall.toMillis());
        requirePositive("connections of an address", connectionsPerAddressMax);
        requirePositive("deadline of headers, in milliseconds,", headerDeadline.toMillis());
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, is " + value);
        }
    }

    CallerLimits withLongPollsMax(int max) {
        return new CallerLimits(
                max, answerBytesPerCallerMax, answerBytesMax, answerStall, connectionsPerAddressMax, headerDeadline);
    }

    CallerLimits withAnswers(long perCallerMax, long max, Duration stall) {
        return new CallerLimits(longPollsMax, perCallerMax, max, stall, connectionsPerAddressMax, headerDeadline);
    }

    CallerLimits withConnections(int perAddressMax, Duration newHeaderDeadline) {
        return new CallerLimits(
                longPollsMax, answerBytesPerCallerMax, answerBytesMax, answerStall, perAddressMax, newHeaderDeadline);
    }
}
