package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.certify.AuthenticatorApp;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** A partner's side of the wire contract, as far as its second factor and its one endpoint go. Thread-safe. */
final class PartnerClient {
    static final String ENDPOINT = "fleet";

    private static final String JSON = "application/json";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int CODES_MAX = 3;

    private final RepeatedRequests requests;
    private final String path;
    private final Clock clock;

    /** @param requests with the partner's own secret */
    PartnerClient(String id, RepeatedRequests requests, Clock clock) {
        this.requests = requests;
        this.path = "/v1/partners/" + id;
        this.clock = clock;
    }

    /** Enrols and confirms a second factor. */
    CompletableFuture<AuthenticatorApp> enrol() {
        String factor = path + "/second-factor";
        return requests.untilAnswered(
                        requests.to(factor).POST(BodyPublishers.noBody()).build())
                .thenApply(answer -> new AuthenticatorApp(
                        RepeatedRequests.parse(answer).path("secret").asText(), clock))
                .thenCompose(app -> untilAccepted(
                                app,
                                code -> requests.to(factor + "/confirm")
                                        .header("Content-Type", JSON)
                                        .POST(BodyPublishers.ofString("{\"code\":\"" + code + "\"}"))
                                        .build(),
                                CODES_MAX)
                        .thenApply(confirmed -> app));
    }

    /** Creates the endpoint, and returns the secret with which its calls are signed. */
    CompletableFuture<String> create(AuthenticatorApp app, EndpointKind kind, URI url) {
        return write(app, "PUT", kind.json(url)).thenApply(answer -> {
            String secret = RepeatedRequests.parse(answer).path("secret").asText();
            if (secret.isEmpty()) {
                throw RepeatedRequests.failure("the server gives no secret for the endpoint of " + path);
            }
            return secret;
        });
    }

    /** Sets another URL, which is pending until it has answered the challenge. */
    CompletableFuture<Void> setUrl(AuthenticatorApp app, URI url) {
        return write(app, "PATCH", "{\"url\":\"" + url + "\"}").thenAccept(set -> {});
    }

    private CompletableFuture<HttpResponse<byte[]>> write(AuthenticatorApp app, String method, String body) {
        return untilAccepted(
                app,
                code -> endpoint()
                        .header("Content-Type", JSON)
                        .header("Bellwire-Code", code)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                CODES_MAX);
    }

    /** Enables the endpoint again if it was disabled. */
    CompletableFuture<Void> enable() {
        return requests.untilAnswered(endpoint()
                        .header("Content-Type", JSON)
                        .method("PATCH", BodyPublishers.ofString("{\"enabled\":true}"))
                        .build())
                .thenAccept(enabled -> {});
    }

    /** The endpoint as the server shows it. */
    CompletableFuture<JsonNode> read() {
        return requests.untilAnswered(endpoint().GET().build()).thenApply(RepeatedRequests::parse);
    }

    /** What runs of a replay of the endpoint, as text for people; empty if none does. */
    CompletableFuture<String> runningReplay() {
        HttpRequest request =
                requests.to(path + "/endpoints/" + ENDPOINT + "/replay").GET().build();
        return requests.untilAnswered(request, NOT_FOUND).thenApply(answer -> {
            JsonNode replay = RepeatedRequests.parse(answer);
            boolean isRunning =
                    answer.statusCode() != NOT_FOUND && replay.path("ended_at").isMissingNode();
            return isRunning ? "replay " + replay : "";
        });
    }

    private HttpRequest.Builder endpoint() {
        return requests.to(path + "/endpoints/" + ENDPOINT);
    }

    /** A request with a code. */
    private interface Coded {
        HttpRequest with(String code);
    }

    /** Sends the request with the next code; a code can end while it is on its way, or be used up by a lost answer. */
    private CompletableFuture<HttpResponse<byte[]>> untilAccepted(AuthenticatorApp app, Coded request, int codes) {
        HttpRequest next = request.with(app.nextCode());
        return codes == 1
                ? requests.untilAnswered(next)
                : requests.untilAnswered(next, FORBIDDEN)
                        .thenCompose(answer -> answer.statusCode() == FORBIDDEN
                                ? untilAccepted(app, request, codes - 1)
                                : CompletableFuture.completedFuture(answer));
    }

    /** Repeats no request from now on. */
    void close() {
        requests.close();
    }
}
