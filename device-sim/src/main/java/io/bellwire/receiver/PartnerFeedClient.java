package io.bellwire.receiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.net.BoundedHttpClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Reads the feed of one partner, acknowledges, and sends what other classes ask for. Blocks; thread-safe. */
public final class PartnerFeedClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String PAGE = "application/cloudevents-batch+json";

    private final BoundedHttpClient client;
    private final URI server;
    private final String path;
    private final String token;

    /** @param token the partner's secret, or an operator's token */
    public PartnerFeedClient(BoundedHttpClient client, URI server, String partner, String token) {
        this.client = client;
        this.server = server;
        this.path = "/v1/partners/" + partner;
        this.token = token;
    }

    /**
     * One page. Immutable.
     *
     * @param changes empty if the cursor cannot be continued
     * @param cursor what to continue from
     * @param isUpToDate whether the page ends at the feed's head
     * @param reset why the cursor cannot be continued; empty if it can
     */
    record FeedPage(List<CallEvent> changes, String cursor, boolean isUpToDate, String reset) {}

    /** @param cursor empty for the beginning */
    FeedPage read(String cursor) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(to("/feed?cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8)));
        if (answer.statusCode() == 410) {
            JsonNode problem = JSON.readTree(answer.body());
            return new FeedPage(
                    List.of(),
                    problem.path("earliest").asText(),
                    false,
                    problem.path("reason").asText("gone"));
        }
        String next = answer.headers().firstValue("Bellwire-Cursor").orElse("");
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (answer.statusCode() != 200 || next.isEmpty() || !type.startsWith(PAGE)) {
            throw new IOException("reading the feed: HTTP " + answer.statusCode());
        }
        boolean isUpToDate = answer.headers()
                .firstValue("Bellwire-Up-To-Date")
                .orElse("true")
                .equals("true");
        return new FeedPage(CallEvent.parse(answer.body()), next, isUpToDate, "");
    }

    void acknowledge(String cursor) throws IOException, InterruptedException {
        String body = JSON.createObjectNode().put("processed", cursor).toString();
        HttpResponse<byte[]> answer =
                send(to("/acks").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
        if (answer.statusCode() != 200) {
            throw new IOException("acknowledging: HTTP " + answer.statusCode());
        }
    }

    /** @param what what of the partner's, such as {@code /acks} */
    HttpRequest.Builder to(String what) {
        return HttpRequest.newBuilder(server.resolve(path + what));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            return client.send(request.timeout(TIMEOUT)
                            .header("Authorization", "Bearer " + token)
                            .build())
                    .get();
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed);
        }
    }
}
