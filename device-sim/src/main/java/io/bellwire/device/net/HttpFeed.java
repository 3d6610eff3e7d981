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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The feed of one device over HTTP. An answer counts only if it has the status, the media type and the headers of a
 * Bellwire server, because a network's login page (captive portal) answers any request with 200. Redirects are not
 * followed. Thread-safe.
 */
public final class HttpFeed implements DeviceFeed {
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String JSON = "application/json";
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
        this.meter = new SafeMeter(meter);
        this.responseTimeout = responseTimeout;
    }

    @Override
    public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
        String query = "feed?limit=" + pageLimit
                + (after == null ? "" : "&cursor=" + after)
                + (waitMillis == 0 ? "" : "&wait_ms=" + waitMillis);
        Transport pageTransport = waitMillis == 0 ? transport : longPollTransport;
        CompletableFuture<HttpResponse<byte[]>> response = send(pageTransport, () -> request(pageTransport, path(query))
                .timeout(responseTimeout.plusMillis(waitMillis))
                .GET());
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
        return send(transport, () -> request(transport, next == null ? path("orders") : next)
                        .GET())
                .thenApply(HttpFeed::snapshotResult)
                .exceptionally(failure -> new FetchResult.Failed(0, failure.toString()));
    }

    @Override
    public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
        return send(transport, () -> request(transport, path("acks"))
                        .header("Content-Type", JSON)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"processed\":\"" + processed + "\"}")))
                .thenApply(response -> ackResult(response, processed))
                .exceptionally(failure -> new AckResult.Failed(0, failure.toString()));
    }

    private static AckResult ackResult(HttpResponse<byte[]> response, DeviceCursor acknowledged) {
        int status = response.statusCode();
        if (status == 409 || status == 410) {
            return new AckResult.Refused();
        }
        if (status != 200) {
            return new AckResult.Failed(retryAfterMillis(response.headers()), "HTTP " + status);
        }
        try {
            checkType(response, JSON);
            DeviceCursor processed = FeedJson.processed(response.body());
            boolean isStored =
                    processed.epoch().equals(acknowledged.epoch()) && processed.revision() >= acknowledged.revision();
            return isStored
                    ? new AckResult.Accepted()
                    : new AckResult.Failed(0, "the server has processed " + processed + ", not " + acknowledged);
        } catch (IOException malformed) {
            return new AckResult.Failed(0, malformed.toString());
        }
    }

    private static void checkType(HttpResponse<?> response, String type) throws IOException {
        if (!isOfType(response.headers(), type)) {
            throw new IOException("the answer must be " + type + ", is "
                    + response.headers().firstValue("Content-Type").orElse("of no type"));
        }
    }

    /** Whether {@code headers} announce a body of {@code type}, with or without parameters. */
    static boolean isOfType(HttpHeaders headers, String type) {
        String value = headers.firstValue("Content-Type").orElse("");
        int end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().equalsIgnoreCase(type);
    }

    private static FetchResult pageResult(HttpResponse<byte[]> response) {
        try {
            if (response.statusCode() == 410) {
                return FeedJson.reset(response.body());
            }
            if (response.statusCode() != 200) {
                return failed(response);
            }
            checkType(response, BATCH);
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
            if (response.statusCode() != 200) {
                return failed(response);
            }
            checkType(response, JSON);
            return FeedJson.snapshot(response.body());
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

    /** Sends the request. One that cannot be made, for example because of a malformed link, is a failed one. */
    private CompletableFuture<HttpResponse<byte[]>> send(Transport via, Supplier<HttpRequest.Builder> builder) {
        HttpRequest request;
        try {
            request = builder.get().build();
        } catch (RuntimeException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
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
