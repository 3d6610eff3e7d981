package io.bellwire.serve;

import io.bellwire.admission.TokenBucket;
import io.bellwire.http.StreamOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} that limit HTTP callers. Filled by picocli, then read. */
final class HttpLimits {
    @Option(
            names = "--http-streams-max",
            paramLabel = "N",
            defaultValue = "15000",
            description = "Event streams at once; each is an HTTP connection too.")
    int streamsMax;

    @Option(
            names = "--http-streams-per-caller-max",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Event streams of the operator at once; a device or partner has one.")
    int streamsPerCallerMax;

    @Option(
            names = "--http-stream-heartbeat",
            paramLabel = "DURATION",
            defaultValue = "15s",
            description = "Interval of heartbeats on an idle event stream.")
    Duration streamHeartbeat = Duration.ZERO;

    @Option(
            names = "--http-stream-slow-after",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "How long the reader of an event stream may leave data unread before the stream is closed.")
    Duration streamSlowAfter = Duration.ZERO;

    @Option(
            names = "--caller-rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "Requests a second of each device and partner, 0 for no such limit.")
    int callerRate;

    @Option(
            names = "--caller-burst",
            paramLabel = "N",
            defaultValue = "200",
            description = "Requests that each of them may send at once after a pause.")
    int callerBurst;

    @Option(
            names = "--feed-read-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Feed pages a second for all callers together, 0 for no such limit.")
    int feedReadRate;

    @Option(
            names = "--feed-pages-expected",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Feed pages a second that the server is assumed to serve until it has measured its rate.")
    int feedPagesExpected;

    StreamOptions streams() {
        return new StreamOptions(streamsMax, streamsPerCallerMax, streamHeartbeat, streamSlowAfter);
    }

    TokenBucket callers() {
        return new TokenBucket(callerRate, callerBurst);
    }

    /** Its burst is one second. */
    TokenBucket feedReads() {
        return new TokenBucket(feedReadRate, Math.max(1, feedReadRate));
    }
}
