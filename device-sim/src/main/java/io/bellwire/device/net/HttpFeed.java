package io.bellwire.device.net;

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

/** The feed of one device over HTTP. Thread-safe. */
public final class HttpFeed implements DeviceFeed {
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(20);
    /** A device waits no longer than this: a longer Retry-After is taken for an error of the server. */
    private static final long RETRY_AFTER_SECONDS_MAX = 3_600;

    private final Transport transport;
    private final Transport longPollTransport;
    private final DeviceCredentials credentials;
    private final int pageLimit;
    private final HttpMeter meter;
    private final Duration responseTimeout;
    private volatile @Nullable CompletableFuture<?> pageUnderWay;

    /**
     * A client and the server that it sends requests to. Immutable.
     *
     * @param server for example {@code http://127.0.0.1:8080}
     */
    public record Transport(BoundedHttpClient client, URI server) {}

    /**
     * A feed that sends all requests with one client.
     *
     * @param server for example {@code http://127.0.0.1:8080}
     * @param pageLimit the largest number of changes in one page, 1 to 1000
     */
    public HttpFeed(BoundedHttpClient client, URI server, DeviceCredentials credentials, int pageLimit) {
        this(new Transport(client, server), new Transport(client, server), credentials, pageLimit, HttpMeter.NONE);
    }

    /**
     * A feed that sends long polls with a client of their own, because each occupies one of the client's requests in
     * flight until the server answers.
     *
     * @param longPollTransport for requests with {@code wait_ms}
     * @param pageLimit the largest number of changes in one page, 1 to 1000
     */
    public HttpFeed(
            Transport transport,
            Transport longPollTransport,
            DeviceCredentials credentials,
            int pageLimit,
            HttpMeter meter) {
        this(transport, longPollTransport, credentials, pageLimit, meter, RESPONSE_TIMEOUT);
    }

    /** @param responseTimeout until the response has arrived; {@code wait_ms} is added */
    HttpFeed(
            Transport transport,
            Transport longPollTransport,
            DeviceCredentials credentials,
            int pageLimit,
            HttpMeter meter,
            Duration responseTimeout) {
        if (pageLimit < 1 || pageLimit > 1000) {
            throw new IllegalArgumentException("pageLimit must be 1 to 1000, is " + pageLimit);
        }
        this.transport = transport;
        this.longPollTransport = longPollTransport;
        this.credentials = credentials;
        this.pageLimit = pageLimit;
        this.meter = meter;
        this.responseTimeout = responseTimeout;
    }

    @Override
    public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
        String query = "feed?limit=" + pageLimit
                + (after == null ? "" : "&cursor=" + after)
                + (waitMillis == 0 ? "" : "&wait_ms=" + waitMillis);
        Transport pageTransport = waitMillis == 0 ? transport : longPollTransport;
        HttpRequest request = request(pageTransport, path(query))
                .timeout(responseTimeout.plusMillis(waitMillis))
                .GET()
                .build();
        CompletableFuture<HttpResponse<byte[]>> response = send(pageTransport, request);
        pageUnderWay = response;
        return response.thenApply(HttpFeed::pageResult)
                .exceptionally(failure -> new FetchResult.Failed(0, failure.toString()));
    }

    @Override
    public void cancelFetch() {
        CompletableFuture<?> response = pageUnderWay;
        if (response != null) {
            response.cancel(false);
        }
    }

    @Override
    public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
        HttpRequest request =
                request(transport, next == null ? path("orders") : next).GET().build();
        return send(transport, request)
                .thenApply(HttpFeed::snapshotResult)
                .exceptionally(failure -> new FetchResult.Failed(0, failure.toString()));
    }

    @Override
    public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
        HttpRequest request = request(transport, path("acks"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"processed\":\"" + processed + "\"}"))
                .build();
        return send(transport, request)
                .<AckResult>thenApply(response -> switch (response.statusCode()) {
                    case 200 -> new AckResult.Accepted();
                    case 409, 410 -> new AckResult.Refused();
                    default ->
                        new AckResult.Failed(retryAfterMillis(response.headers()), "HTTP " + response.statusCode());
                })
                .exceptionally(failure -> new AckResult.Failed(0, failure.toString()));
    }

    private static FetchResult pageResult(HttpResponse<byte[]> response) {
        try {
            if (response.statusCode() == 410) {
                return FeedJson.reset(response.body());
            }
            if (response.statusCode() != 200) {
                return failed(response);
            }
            String upToDate = header(response, "Bellwire-Up-To-Date");
            if (!upToDate.equals("true") && !upToDate.equals("false")) {
                return new FetchResult.Failed(0, "Bellwire-Up-To-Date must be true or false, is '" + upToDate + "'");
            }
            return new FetchResult.Page(
                    FeedJson.changes(response.body()),
                    FeedJson.cursor(header(response, "Bellwire-Cursor")),
                    upToDate.equals("true"));
        } catch (IOException malformed) {
            return new FetchResult.Failed(0, malformed.toString());
        }
    }

    private static FetchResult snapshotResult(HttpResponse<byte[]> response) {
        try {
            return response.statusCode() == 200 ? FeedJson.snapshot(response.body()) : failed(response);
        } catch (IOException malformed) {
            return new FetchResult.Failed(0, malformed.toString());
        }
    }

    private static FetchResult.Failed failed(HttpResponse<byte[]> response) {
        return new FetchResult.Failed(retryAfterMillis(response.headers()), "HTTP " + response.statusCode());
    }

    /** Reads only the form in seconds: a date would need a clock that agrees with the server's. 0 without a header. */
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
        return "/v1/devices/" + credentials.id() + "/" + rest;
    }

    private CompletableFuture<HttpResponse<byte[]>> send(Transport via, HttpRequest request) {
        meter.sent(HttpBytes.of(request));
        CompletableFuture<HttpResponse<byte[]>> promise = via.client().send(request);
        CompletableFuture<?> unused =
                promise.thenAccept(response -> meter.received(response.statusCode(), HttpBytes.of(response)));
        return promise;
    }

    private HttpRequest.Builder request(Transport via, String path) {
        return HttpRequest.newBuilder(via.server().resolve(path))
                .timeout(responseTimeout)
                .header("Authorization", "Bearer " + credentials.secret());
    }
}
