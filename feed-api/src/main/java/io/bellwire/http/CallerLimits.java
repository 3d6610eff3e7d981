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
 * @param readBytesPerSecondMin how fast a caller must read an answer in all, besides the time that it may read nothing
 * @param connections limits of connections
 */
public record CallerLimits(
        int longPollsMax,
        long answerBytesPerCallerMax,
        long answerBytesMax,
        Duration answerStall,
        int readBytesPerSecondMin,
        HttpConnectionLimits connections) {
    /** For a heap of a few hundred MiB. */
    public static final CallerLimits DEFAULT =
            new CallerLimits(32, 4 << 20, 32 << 20, Duration.ofSeconds(10), 2 << 10, HttpConnectionLimits.DEFAULT);

    public CallerLimits {
        requirePositive("long polls of a caller", longPollsMax);
        requirePositive("bytes of unread answers of a caller", answerBytesPerCallerMax);
        requirePositive("bytes of unread answers", answerBytesMax);
        requirePositive("time to read an answer, in milliseconds,", answerStall.toMillis());
        requirePositive("bytes that are read in a second", readBytesPerSecondMin);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, is " + value);
        }
    }

    CallerLimits withLongPollsMax(int max) {
        return new CallerLimits(
                max, answerBytesPerCallerMax, answerBytesMax, answerStall, readBytesPerSecondMin, connections);
    }

    CallerLimits withAnswers(long perCallerMax, long max, Duration stall) {
        return new CallerLimits(longPollsMax, perCallerMax, max, stall, readBytesPerSecondMin, connections);
    }

    CallerLimits withReadBytesPerSecondMin(int min) {
        return new CallerLimits(longPollsMax, answerBytesPerCallerMax, answerBytesMax, answerStall, min, connections);
    }

    /** A copy with other limits of connections. */
    public CallerLimits withConnections(HttpConnectionLimits limits) {
        return new CallerLimits(
                longPollsMax, answerBytesPerCallerMax, answerBytesMax, answerStall, readBytesPerSecondMin, limits);
    }
}
