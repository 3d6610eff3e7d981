package io.bellwire.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.certify.AuthenticatorApp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** The partners {@code p-0} and up of one server, and their endpoints. One thread uses it. */
final class WebhookPartners {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE = 32;
    private static final double CONFIRMED_WITHIN_SECONDS = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI server;
    private final String token;
    private final int count;
    private final List<String> secrets = new ArrayList<>();
    private int deadlineMillis = 15_000;

    WebhookPartners(LoadTarget target, int count) {
        this.server = target.http();
        this.token = target.token();
        this.count = count;
    }

    /** Registers the partners. */
    void register() {
        secrets.addAll(each(i -> send("PUT", "", i, token, "").thenApply(found -> text(found, "secret"))));
    }

    /** Gives each partner a second factor, so that each can set a URL. */
    List<AuthenticatorApp> enrol() {
        return each(i -> send("POST", "/second-factor", i, secrets.get(i), "").thenCompose(found -> {
            AuthenticatorApp app = new AuthenticatorApp(text(found, "secret"), Clock.systemUTC());
            return send("POST", "/second-factor/confirm", i, secrets.get(i), "{\"code\":\"" + app.nextCode() + "\"}")
                    .thenApply(confirmed -> app);
        }));
    }

    /** Gives the partners from {@code from} to {@code to}, exclusive, an endpoint each; returns when all are confirmed. */
    void createEndpoints(List<AuthenticatorApp> apps, int port, int from, int to) {
        each(
                from,
                to,
                i -> send(
                        "PUT",
                        "/endpoints/bench",
                        i,
                        secrets.get(i),
                        "{\"url\":\"" + WebhookReceivers.url(i, port)
                                + "\",\"payload\":\"full\",\"types\":[\"io.bellwire.order.*\"],\"acknowledges\":false}",
                        "Bellwire-Code",
                        apps.get(i).nextCode()));
        if (!BenchWorkload.waitFor(CONFIRMED_WITHIN_SECONDS, () -> each(from, to, this::read).stream()
                .allMatch(endpoint -> endpoint.hasNonNull("url")))) {
            throw new IllegalStateException("not all endpoints are confirmed");
        }
    }

    /** Has the endpoints that were paused tried again at once. */
    void tryAgain() {
        deadlineMillis--; // any change does
        each(i -> send("PATCH", "/endpoints/bench", i, secrets.get(i), "{\"deadline_ms\":" + deadlineMillis + "}"));
    }

    private CompletableFuture<JsonNode> read(int partner) {
        return send("GET", "/endpoints/bench", partner, secrets.get(partner), "");
    }

    private static String text(JsonNode json, String member) {
        String text = json.path(member).asText();
        if (text.isEmpty()) {
            throw new IllegalStateException("no " + member + " in " + json);
        }
        return text;
    }

    private <T> List<T> each(IntFunction<CompletableFuture<T>> work) {
        return each(0, count, work);
    }

    private static <T> List<T> each(int first, int end, IntFunction<CompletableFuture<T>> work) {
        List<T> results = new ArrayList<>();
        for (int from = first; from < end; from += AT_ONCE) {
            List<CompletableFuture<T>> under = new ArrayList<>();
            for (int i = from; i < Math.min(end, from + AT_ONCE); i++) {
                under.add(work.apply(i));
            }
            under.forEach(one -> results.add(one.join()));
        }
        return results;
    }

    private CompletableFuture<JsonNode> send(
            String method, String path, int partner, String secret, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/v1/partners/p-" + partner + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + secret);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(answer -> {
                    if (answer.statusCode() / 100 != 2) {
                        throw new IllegalStateException(method + " " + path + ": " + answer.body());
                    }
                    try {
                        return JSON.readTree(answer.body());
                    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                        throw new IllegalStateException(answer.body(), e);
                    }
                });
    }
}
