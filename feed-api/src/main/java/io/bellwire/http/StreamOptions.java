package io.bellwire.http;

import java.time.Duration;

/**
 * Limits of the streams of signals. Immutable; the constructor throws {@link IllegalArgumentException} that names the
 * option.
 *
 * @param max open streams; each is also an HTTP connection
 * @param perCallerMax open streams of one caller; a device or partner never has more than one
 * @param heartbeat the longest silence of a stream, 100 ms to 60 s, which is below the server's limit for idle
 *     connections
 * @param slowAfter how long a write to a reader may take before the stream is ended, at least 100 ms
 */
public record StreamOptions(int max, int perCallerMax, Duration heartbeat, Duration slowAfter) {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration HEARTBEAT_MAX = Duration.ofSeconds(60);

    public static final StreamOptions DEFAULT =
            new StreamOptions(15_000, 1_000, Duration.ofSeconds(15), Duration.ofSeconds(10));

    public StreamOptions {
        if (max < 0) {
            throw new IllegalArgumentException("streams must not be negative, are " + max);
        }
        if (perCallerMax < 1) {
            throw new IllegalArgumentException("streams of one caller must be at least 1, are " + perCallerMax);
        }
        if (heartbeat.compareTo(SHORTEST) < 0 || heartbeat.compareTo(HEARTBEAT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the heartbeat of streams must be " + SHORTEST + " to " + HEARTBEAT_MAX + ", is " + heartbeat);
        }
        if (slowAfter.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("the time after which a stream's reader is slow must be at least "
                    + SHORTEST + ", is " + slowAfter);
        }
    }
}
