package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bellwire.device.DeviceCursor;
import io.bellwire.receiver.CallSigner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The server's part of the webhook contract, for partners with one order each change: feeds, acknowledgements, calls that
 * are repeated at once until they are answered with 2xx, and replays. Thread-safe.
 */
final class FakeWebhookServer implements AutoCloseable {
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<ObjectNode>> feeds = new ConcurrentHashMap<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    /** Those that have been called, and up to which revision. */
    private final Map<FleetPartner, Integer> called = new ConcurrentHashMap<>();

    private final Map<String, Thread> replays = new ConcurrentHashMap<>();
    private final Map<String, Integer> replayedTo = new ConcurrentHashMap<>();
    /** Replays leave out the change with this revision; 0 for none. */
    volatile int skippedRevision;

    private final CallSigner signer = new CallSigner(SECRET);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Clock clock = Clock.systemUTC();
    private final HttpServer server;

    FakeWebhookServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/partners/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Appends the creation of the next order of the partner. */
    void placeOrder(String partner) {
        List<ObjectNode> feed = feeds.computeIfAbsent(partner, id -> new CopyOnWriteArrayList<>());
        long revision = feed.size() + 1L;
        ObjectNode change = JSON.createObjectNode()
                .put("id", cursor(revision))
                .put("source", "/v1/partners/" + partner + "/feed")
                .put("type", "io.bellwire.order.created")
                .put("subject", partner + "-order-" + revision)
                .put("revision", revision);
        change.putObject("data").put("version", 1);
        feed.add(change);
    }

    private static String cursor(long revision) {
        return "k3v9x2m4qd." + revision + ".0k3f9x2";
    }

    /** The partner's orders in their newest versions. */
    Map<String, Long> orders(String partner) {
        Map<String, Long> orders = new HashMap<>();
        feeds.getOrDefault(partner, List.of())
                .forEach(change -> orders.put(change.path("subject").asText(), 1L));
        return orders;
    }

    boolean isAllAcknowledged(String partner) {
        return cursor(feeds.getOrDefault(partner, List.of()).size()).equals(acknowledged.get(partner));
    }

    /** Calls the partner once for each change, in their order, until each call is answered with 2xx. */
    void callAll(FleetPartner partner) throws InterruptedException {
        int last = 0;
        for (ObjectNode change : feeds.getOrDefault(partner.id(), List.of())) {
            callUntilReceived(partner, change, false);
            last++;
            called.put(partner, last);
        }
    }

    private void callUntilReceived(FleetPartner partner, ObjectNode change, boolean isReplay)
            throws InterruptedException {
        while (!isReceived(partner.url(), change, isReplay)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private boolean isReceived(URI url, ObjectNode change, boolean isReplay) throws InterruptedException {
        String id = "k3v9x2m4qd-" + change.path("revision").asLong();
        long now = clock.instant().getEpochSecond();
        byte[] body = change.toString().getBytes(StandardCharsets.UTF_8);
        HttpRequest call = HttpRequest.newBuilder(url)
                .timeout(Duration.ofSeconds(10))
                .header("Bellwire-Replay", String.valueOf(isReplay))
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", signer.sign(id, now, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return client.send(call, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
        } catch (IOException away) {
            return false;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String partner = path.replaceFirst("/v1/partners/", "").replaceFirst("/.*", "");
        if (path.endsWith("/acks")) {
            JsonNode ack = JSON.readTree(exchange.getRequestBody());
            acknowledged.put(partner, ack.path("processed").asText());
            send(exchange, 200, "{}");
        } else if (path.endsWith("/replay")) {
            replay(exchange, partner);
        } else if (path.endsWith("/feed")) {
            page(exchange, partner);
        } else {
            send(exchange, 200, "{\"health\":{\"received\":" + received(partner) + "}}");
        }
    }

    private int received(String partner) {
        return called.entrySet().stream()
                .filter(one -> one.getKey().id().equals(partner))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private void replay(HttpExchange exchange, String id) throws IOException {
        Thread running = replays.get(id);
        boolean isRunning = running != null && running.isAlive();
        if (exchange.getRequestMethod().equals("GET")) {
            String state = isRunning ? "running" : "done";
            send(exchange, 200, "{\"state\":\"" + state + "\",\"to_revision\":" + replayedTo.get(id) + "}");
            return;
        }
        String after =
                JSON.readTree(exchange.getRequestBody()).path("from_cursor").asText();
        int from = after.isEmpty()
                ? 0
                : (int) DeviceCursor.parse(after).orElseThrow().revision();
        int to = received(id);
        if (isRunning || from >= to) {
            send(exchange, 409, "{}");
            return;
        }
        FleetPartner partner = called.keySet().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
        Thread replay = new Thread(() -> replay(partner, feeds.get(id).subList(from, to)), "replay");
        replay.setDaemon(true);
        replays.put(id, replay);
        replayedTo.put(id, to);
        replay.start();
        send(exchange, 202, "{}");
    }

    private void replay(FleetPartner partner, List<ObjectNode> changes) {
        try {
            for (ObjectNode change : changes) {
                if (change.path("revision").asInt() != skippedRevision) {
                    callUntilReceived(partner, change, true);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void page(HttpExchange exchange, String partner) throws IOException {
        String cursor = exchange.getRequestURI().getQuery().replace("cursor=", "");
        int from = cursor.isEmpty()
                ? 0
                : (int) DeviceCursor.parse(cursor).orElseThrow().revision();
        List<ObjectNode> feed = feeds.getOrDefault(partner, List.of());
        int size = feed.size();
        int to = Math.min(from + 10, size);
        ArrayNode page = JSON.createArrayNode().addAll(feed.subList(from, to));
        exchange.getResponseHeaders().set("Bellwire-Cursor", cursor(to));
        exchange.getResponseHeaders().set("Bellwire-Up-To-Date", String.valueOf(to == size));
        exchange.getResponseHeaders().set("Content-Type", "application/cloudevents-batch+json");
        send(exchange, 200, page.toString());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        replays.values().forEach(Thread::interrupt);
    }
}
