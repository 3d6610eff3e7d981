package io.bellwire.serve;

import io.bellwire.admission.TokenBucket;
import io.bellwire.http.CallerLimits;
import io.bellwire.http.HttpConnectionLimits;
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
            names = "--http-connections-per-address-max",
            paramLabel = "N",
            defaultValue = "10000",
            description = "HTTP connections from one address at once, 0 for no such limit.")
    int connectionsPerAddressMax;

    @Option(
            names = "--http-silent-connections-max",
            paramLabel = "N",
            defaultValue = "0",
            description = "HTTP connections that have sent no request yet: beyond it, the oldest is closed for each"
                    + " new one; 0 for a quarter of --http-connections-max.")
    int silentConnectionsMax;

    @Option(
            names = "--http-connect-rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "HTTP connections a second that one address may open, 0 for no such limit.")
    int connectRate;

    @Option(
            names = "--http-connect-burst",
            paramLabel = "N",
            defaultValue = "20000",
            description = "HTTP connections that one address may open at once after a pause.")
    int connectBurst;

    @Option(
            names = "--http-header-deadline",
            paramLabel = "DURATION",
            defaultValue = "20s",
            description = "How long the headers of an HTTP request, and a connection's first request, may take.")
    Duration headerDeadline = Duration.ZERO;

    @Option(
            names = "--http-body-deadline",
            paramLabel = "DURATION",
            defaultValue = "20s",
            description = "How long the body of an HTTP request may take.")
    Duration bodyDeadline = Duration.ZERO;

    @Option(
            names = "--http-idle-timeout",
            paramLabel = "DURATION",
            defaultValue = "75s",
            description =
                    "How long an HTTP connection may wait for its next request. Below 60s, long polls are answered"
                            + " sooner.")
    Duration idleTimeout = Duration.ZERO;

    @Option(
            names = "--http-polls-per-caller-max",
            paramLabel = "N",
            defaultValue = "32",
            description = "Long polls of each device and partner at once.")
    int pollsPerCallerMax;

    @Option(
            names = "--http-unread-per-caller-max",
            paramLabel = "BYTES",
            defaultValue = "4194304",
            description = "Answers that one caller may leave unread, in bytes.")
    long unreadPerCallerMax;

    @Option(
            names = "--http-unread-max",
            paramLabel = "BYTES",
            defaultValue = "33554432",
            description = "Answers that all callers together may leave unread, in bytes.")
    long unreadMax;

    @Option(
            names = "--http-unread-after",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "How long a caller may read nothing of its answer before the connection is closed.")
    Duration unreadAfter = Duration.ZERO;

    @Option(
            names = "--http-read-rate-min",
            paramLabel = "BYTES",
            defaultValue = "2048",
            description =
                    "How many bytes a second a caller must read of its answer in all, besides --http-unread-after.")
    int readBytesPerSecondMin;

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

    CallerLimits held() {
        return new CallerLimits(
                pollsPerCallerMax,
                unreadPerCallerMax,
                unreadMax,
                unreadAfter,
                readBytesPerSecondMin,
                new HttpConnectionLimits(
                        connectionsPerAddressMax,
                        silentConnectionsMax,
                        new TokenBucket(connectRate, connectBurst),
                        headerDeadline,
                        bodyDeadline,
                        idleTimeout));
    }

    TokenBucket callers() {
        return new TokenBucket(callerRate, callerBurst);
    }

    /** Its burst is one second. */
    TokenBucket feedReads() {
        return new TokenBucket(feedReadRate, Math.max(1, feedReadRate));
    }
}
