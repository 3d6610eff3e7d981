package io.bellwire.serve;

import io.bellwire.feed.TokenBucket;
import io.bellwire.http.StreamOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} that bound what HTTP callers may ask for. Filled by picocli, then read. */
final class HttpLimits {
    @Option(
            names = "--http-streams-max",
            paramLabel = "N",
            defaultValue = "15000",
            description = "Streams of signals at once; each is an HTTP connection too.")
    int streamsMax;

    @Option(
            names = "--http-streams-per-caller-max",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Streams of signals at once of the operator; a device or partner has one.")
    int streamsPerCallerMax;

    @Option(
            names = "--http-stream-heartbeat",
            paramLabel = "DURATION",
            defaultValue = "15s",
            description = "How long a stream of signals may be silent.")
    Duration streamHeartbeat = Duration.ZERO;

    @Option(
            names = "--http-stream-slow-after",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "How long its reader may leave unread what it was sent.")
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
            description = "Requests that it may send at once after a pause.")
    int callerBurst;

    @Option(
            names = "--feed-read-rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Pages of feeds a second for all together, 0 for no such limit.")
    int feedReadRate;

    @Option(
            names = "--feed-pages-expected",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Pages of feeds a second that the server is taken to serve until it has measured it.")
    int feedPagesExpected;

    StreamOptions streams() {
        return new StreamOptions(streamsMax, streamsPerCallerMax, streamHeartbeat, streamSlowAfter);
    }

    TokenBucket callers() {
        return new TokenBucket(callerRate, callerBurst);
    }

    /** Holds the tokens of one second. */
    TokenBucket feedReads() {
        return new TokenBucket(feedReadRate, Math.max(1, feedReadRate));
    }
}
