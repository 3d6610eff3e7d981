package io.bellwire.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One caller of the API. Thread-safe. */
public final class ApiClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    private final URI base;
    private final String token;

    /** @param token empty for a caller without one */
    ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    public String token() {
        return token;
    }

    public CheckedResponse get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public CheckedResponse put(String path) {
        return send("PUT", path, BodyPublishers.noBody());
    }

    CheckedResponse delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    /** A POST without a body. */
    CheckedResponse post(String path, String... headers) {
        return send("POST", path, BodyPublishers.noBody(), headers);
    }

    public CheckedResponse postJson(String path, String json, String... headers) {
        return postAs("application/json", path, json, headers);
    }

    CheckedResponse postAs(String contentType, String path, String body, String... headers) {
        return postLater(contentType, path, body, headers).join();
    }

    CompletableFuture<CheckedResponse> postLater(String contentType, String path, String body, String... headers) {
        return sendLater("POST", path, BodyPublishers.ofString(body), with(contentType, headers));
    }

    /** Changes an order with a merge patch. */
    CheckedResponse patch(String path, String json, String... headers) {
        return patchLater(path, json, headers).join();
    }

    CompletableFuture<CheckedResponse> patchLater(String path, String json, String... headers) {
        return sendLater("PATCH", path, BodyPublishers.ofString(json), with("application/merge-patch+json", headers));
    }

    /** Changes the order's status, whatever its version. */
    CheckedResponse step(String path, String status) {
        String reason = status.equals("rejected") ? ",\"reason\":\"sold out\"" : "";
        return patch(path, "{\"status\":\"" + status + "\"" + reason + "}", "If-Match", "*");
    }

    private static String[] with(String contentType, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = contentType;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }

    public CheckedResponse order(String json, String... headers) {
        return postJson("/v1/orders", json, headers);
    }

    CheckedResponse send(String method, String path, BodyPublisher body, String... headers) {
        return sendLater(method, path, body, headers).join();
    }

    CompletableFuture<CheckedResponse> getLater(String path) {
        return sendLater("GET", path, BodyPublishers.noBody());
    }

    CompletableFuture<CheckedResponse> sendLater(String method, String path, String body, String... headers) {
        return sendLater(method, path, BodyPublishers.ofString(body), headers);
    }

    private CompletableFuture<CheckedResponse> sendLater(
            String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.sendAsync(request.build(), BodyHandlers.ofByteArray()).thenApply(CheckedResponse::new);
    }
}
