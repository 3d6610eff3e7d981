package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.device.DeviceId;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.Timers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The operator's side of the wire contract: registers devices, places and changes orders, sends events, and manages
 * groups. Repeats each request until the server answers it, however often the server is killed meanwhile. A request
 * that the server refuses fails with {@link FleetException}. Thread-safe.
 */
public final class OperatorClient {
    private final RepeatedRequests requests;

    /** With the operator's token from the server's token file. */
    public OperatorClient(
            BoundedHttpClient http, ServerAddress server, Timers timers, LongSupplier nanos, FailedAttempts failures)
            throws FleetException {
        this(http, server.endpoints().http(), readToken(server.tokenFile()), timers, nanos, failures);
    }

    /** @param failures is notified of each request that has to be repeated */
    public OperatorClient(
            BoundedHttpClient http,
            URI server,
            String token,
            Timers timers,
            LongSupplier nanos,
            FailedAttempts failures) {
        this.requests = new RepeatedRequests(http, server, token, timers, nanos, failures);
    }

    private static String readToken(Path file) throws FleetException {
        try {
            return Files.readString(file).trim();
        } catch (IOException unreadable) {
            throw new FleetException("cannot read the operator's token file " + file, unreadable);
        }
    }

    /** An order in the version that the server has acknowledged. */
    public record OrderVersion(String id, long version) {}

    /** Registers the device; if it exists, requests a new secret for it. */
    public CompletableFuture<DeviceCredentials> register(DeviceId id) {
        return registerAt("/v1/devices/" + id).thenApply(secret -> new DeviceCredentials(id, secret));
    }

    /** Registers the partner, and returns its secret; if it exists, requests a new one. */
    CompletableFuture<String> registerPartner(String id) {
        return registerAt("/v1/partners/" + id);
    }

    private CompletableFuture<String> registerAt(String path) {
        return requests.untilAnswered(request(path).PUT(BodyPublishers.noBody()).build())
                .thenCompose(answer -> {
                    Optional<String> secret = secret(answer);
                    // It exists: an earlier answer was lost, and the secret with it. Request a new one.
                    return secret.isPresent()
                            ? CompletableFuture.completedFuture(secret)
                            : requests.untilAnswered(request(path + "/secret")
                                            .POST(BodyPublishers.noBody())
                                            .build())
                                    .thenApply(OperatorClient::secret);
                })
                .thenApply(secret ->
                        secret.orElseThrow(() -> RepeatedRequests.failure("the server gives no secret for " + path)));
    }

    /** Places one order, however often the request has to be repeated under its idempotency key. */
    public CompletableFuture<OrderVersion> place(String key, String body) {
        return order(write("/v1/orders", "application/json", key).POST(BodyPublishers.ofString(body)));
    }

    /** Changes an order once, however often the request has to be repeated; only if it is still in {@code version}. */
    public CompletableFuture<OrderVersion> change(String key, String orderId, long version, String patch) {
        return order(write("/v1/orders/" + orderId, "application/merge-patch+json", key)
                .header("If-Match", "\"" + version + "\"")
                .method("PATCH", BodyPublishers.ofString(patch)));
    }

    private CompletableFuture<OrderVersion> order(HttpRequest.Builder request) {
        return requests.untilAnswered(request.build()).thenApply(response -> {
            JsonNode order = RepeatedRequests.parse(response);
            OrderVersion answer = new OrderVersion(
                    order.path("id").asText(), order.path("version").asLong());
            if (answer.id().isEmpty() || answer.version() < 1) {
                throw RepeatedRequests.failure("the server acknowledged an order without an id or a version");
            }
            return answer;
        });
    }

    /** Sends an event once, however often the request has to be repeated, as its source and id are its key. */
    public CompletableFuture<Void> sendEvent(String cloudEvent) {
        HttpRequest.Builder request = request("/v1/events").header("Content-Type", "application/cloudevents+json");
        return done(request.POST(BodyPublishers.ofString(cloudEvent)));
    }

    /** Creates a group such as {@code stores/17}, unless it exists. */
    public CompletableFuture<Void> createGroup(String group) {
        return done(request("/v1/groups/" + group).PUT(BodyPublishers.noBody()));
    }

    /** Adds the device to the group. */
    public CompletableFuture<Void> addMember(String group, DeviceId device) {
        return done(request(member(group, device)).PUT(BodyPublishers.noBody()));
    }

    /** Removes the device from the group. */
    public CompletableFuture<Void> removeMember(String group, DeviceId device) {
        HttpRequest request = request(member(group, device)).DELETE().build();
        // 404: an earlier attempt removed the member, and its answer was lost
        return requests.untilAnswered(request, 404).thenAccept(done -> {});
    }

    private static String member(String group, DeviceId device) {
        return "/v1/groups/" + group + "/members/" + device;
    }

    /** The JSON that the server answers to a GET of {@code path}. */
    public CompletableFuture<JsonNode> read(String path) {
        return requests.untilAnswered(request(path).GET().build()).thenApply(RepeatedRequests::parse);
    }

    /** Repeats no request from now on. */
    public void close() {
        requests.close();
    }

    private CompletableFuture<Void> done(HttpRequest.Builder request) {
        return requests.untilAnswered(request.build()).thenAccept(done -> {});
    }

    private static Optional<String> secret(HttpResponse<byte[]> answer) {
        return Optional.of(RepeatedRequests.parse(answer).path("secret").asText())
                .filter(text -> !text.isEmpty());
    }

    private HttpRequest.Builder write(String path, String contentType, String key) {
        return request(path).header("Content-Type", contentType).header("Idempotency-Key", key);
    }

    private HttpRequest.Builder request(String path) {
        return requests.to(path);
    }
}
