package io.bellwire.net;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The feed over HTTP, for one device. Thread-safe. */
public final class HttpFeed implements DeviceFeed {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** A server that asks for more has made a mistake that a device should not follow. */
    private static final long RETRY_AFTER_SECONDS_MAX = 3_600;

    private final Road road;
    private final Road waitingRoad;
    private final DeviceCredentials who;
    private final int pageLimit;
    private final HttpMeter meter;
    private final Duration patience;
    private volatile @Nullable CompletableFuture<?> read;

    /**
     * How requests get to the server. Immutable.
     *
     * @param server for example {@code http://127.0.0.1:8080}
     */
    public record Road(BoundedHttpClient gate, URI server) {}

    /**
     * @param server for example {@code http://127.0.0.1:8080}
     * @param pageLimit changes in one answer, 1 to 1000
     */
    public HttpFeed(BoundedHttpClient gate, URI server, DeviceCredentials who, int pageLimit) {
        this(new Road(gate, server), new Road(gate, server), who, pageLimit, HttpMeter.NONE);
    }

    /**
     * @param waitingRoad for reads that wait for a change: each holds its place in the gate until then
     * @param pageLimit changes in one answer, 1 to 1000
     */
    public HttpFeed(Road road, Road waitingRoad, DeviceCredentials who, int pageLimit, HttpMeter meter) {
        this(road, waitingRoad, who, pageLimit, meter, PATIENCE);
    }

    /** @param patience until an answer has come, besides what the server was asked to wait */
    HttpFeed(Road road, Road waitingRoad, DeviceCredentials who, int pageLimit, HttpMeter meter, Duration patience) {
        if (pageLimit < 1 || pageLimit > 1000) {
            throw new IllegalArgumentException("pageLimit must be 1 to 1000, is " + pageLimit);
        }
        this.road = road;
        this.waitingRoad = waitingRoad;
        this.who = who;
        this.pageLimit = pageLimit;
        this.meter = meter;
        this.patience = patience;
    }

    @Override
    public CompletionStage<FetchResult> page(@Nullable DeviceCursor after, long waitMillis) {
        String query = "feed?limit=" + pageLimit
                + (after == null ? "" : "&cursor=" + after)
                + (waitMillis == 0 ? "" : "&wait_ms=" + waitMillis);
        Road by = waitMillis == 0 ? road : waitingRoad;
        HttpRequest request = request(by, path(query))
                .timeout(patience.plusMillis(waitMillis))
                .GET()
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent = send(by, request);
        read = sent;
        return sent.thenApply(this::page).exceptionally(failure -> new FetchResult.Failed(0, failure.toString()));
    }

    @Override
    public void hangUp() {
        CompletableFuture<?> underWay = read;
        if (underWay != null) {
            underWay.cancel(false);
        }
    }

    @Override
    public CompletionStage<FetchResult> snapshot(@Nullable String next) {
        HttpRequest request =
                request(road, next == null ? path("orders") : next).GET().build();
        return send(road, request)
                .thenApply(this::snapshotPart)
                .exceptionally(failure -> new FetchResult.Failed(0, failure.toString()));
    }

    @Override
    public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
        HttpRequest request = request(road, path("acks"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"processed\":\"" + processed + "\"}"))
                .build();
        return send(road, request)
                .<AckResult>thenApply(response -> switch (response.statusCode()) {
                    case 200 -> new AckResult.Accepted();
                    case 409, 410 -> new AckResult.Refused();
                    default ->
                        new AckResult.Failed(retryAfterMillis(response.headers()), "HTTP " + response.statusCode());
                })
                .exceptionally(failure -> new AckResult.Failed(0, failure.toString()));
    }

    private FetchResult page(HttpResponse<byte[]> response) {
        try {
            if (response.statusCode() == 410) {
                return FeedJson.reset(response.body());
            }
            if (response.statusCode() != 200) {
                return failed(response);
            }
            String upToDate = header(response, "Bellwire-Up-To-Date");
            if (!upToDate.equals("true") && !upToDate.equals("false")) {
                return new FetchResult.Failed(0, "an answer that does not say whether it is up to date");
            }
            return new FetchResult.Page(
                    FeedJson.changes(response.body()),
                    FeedJson.cursor(header(response, "Bellwire-Cursor")),
                    upToDate.equals("true"));
        } catch (IOException malformed) {
            return new FetchResult.Failed(0, malformed.toString());
        }
    }

    private FetchResult snapshotPart(HttpResponse<byte[]> response) {
        try {
            return response.statusCode() == 200 ? FeedJson.snapshot(response.body()) : failed(response);
        } catch (IOException malformed) {
            return new FetchResult.Failed(0, malformed.toString());
        }
    }

    private static FetchResult.Failed failed(HttpResponse<byte[]> response) {
        return new FetchResult.Failed(retryAfterMillis(response.headers()), "HTTP " + response.statusCode());
    }

    /** The form in seconds alone: a date would need a clock that agrees with the server's. */
    static long retryAfterMillis(HttpHeaders headers) {
        String seconds = headers.firstValue("Retry-After").orElse("").trim();
        if (seconds.isEmpty() || seconds.length() > 9 || !seconds.chars().allMatch(Character::isDigit)) {
            return 0;
        }
        return 1_000 * Math.min(RETRY_AFTER_SECONDS_MAX, Long.parseLong(seconds));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private String path(String rest) {
        return "/v1/devices/" + who.id() + "/" + rest;
    }

    private CompletableFuture<HttpResponse<byte[]>> send(Road by, HttpRequest request) {
        meter.sent(HttpBytes.of(request));
        CompletableFuture<HttpResponse<byte[]>> sent = by.gate().send(request);
        CompletableFuture<?> unused =
                sent.thenAccept(response -> meter.received(response.statusCode(), HttpBytes.of(response)));
        return sent;
    }

    private HttpRequest.Builder request(Road by, String path) {
        return HttpRequest.newBuilder(by.server().resolve(path))
                .timeout(patience)
                .header("Authorization", "Bearer " + who.secret());
    }
}
