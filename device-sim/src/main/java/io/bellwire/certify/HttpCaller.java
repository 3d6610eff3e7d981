package io.bellwire.certify;

import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.ClientTls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Calls the server over HTTP, with one token or with none. Thread-safe. */
final class HttpCaller {
    static final String JSON = "application/json";
    /** Longer than the longest wait that a case asks for; the case's own time limit is shorter. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    private final BoundedHttpClient client;
    private final URI server;
    private final ClientTls tls;
    private final String token;

    /** @param token empty for none */
    HttpCaller(BoundedHttpClient client, URI server, ClientTls tls, String token) {
        this.client = client;
        this.server = server;
        this.tls = tls;
        this.token = token;
    }

    /** A caller of the same server with another token. */
    HttpCaller withToken(String other) {
        return new HttpCaller(client, server, tls, other);
    }

    HttpReply get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    HttpReply put(String path) throws Exception {
        return send("PUT", path, "");
    }

    HttpReply delete(String path, String... headers) throws Exception {
        return send("DELETE", path, "", headers);
    }

    /** Posts a body of JSON. */
    HttpReply post(String path, String json, String... headers) throws Exception {
        return wait(sendAsync("POST", path, json, withType(JSON, headers)));
    }

    HttpReply patch(String path, String json, String... headers) throws Exception {
        return wait(sendAsync("PATCH", path, json, withType("application/merge-patch+json", headers)));
    }

    /** @param headers names and values in turn */
    HttpReply send(String method, String path, String body, String... headers) throws Exception {
        return wait(sendAsync(method, path, body, headers));
    }

    CompletableFuture<HttpReply> sendAsync(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build()).thenApply(response -> new HttpReply(method + " " + path, response));
    }

    /** Opens a stream of events. */
    EventStreamReader stream(String path, Duration timeout, String... headers)
            throws IOException, InterruptedException {
        return new EventStreamReader(server.resolve(path), tls, token, timeout, headers);
    }

    static String[] withType(String contentType, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = contentType;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }

    private static HttpReply wait(CompletableFuture<HttpReply> reply) throws Exception {
        try {
            return reply.get();
        } catch (ExecutionException failed) {
            throw new RuleViolation("an answer", String.valueOf(failed.getCause()));
        }
    }
}
