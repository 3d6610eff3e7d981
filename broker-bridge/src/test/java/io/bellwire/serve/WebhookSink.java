package io.bellwire.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bellwire.admission.Network;
import io.bellwire.outbound.AddressRules;
import io.bellwire.outbound.OutboundOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A partner's server: answers challenges, keeps every other call, and answers it as it is told. Thread-safe. */
final class WebhookSink implements AutoCloseable {
    /** Calls that reach it: over plain HTTP, to this machine. */
    static final OutboundOptions REACHABLE = OutboundOptions.DEFAULT.toBuilder()
            .httpAllowed(true)
            .addresses(new AddressRules(List.of(Network.of("127.0.0.0/8"))))
            .build();

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String CHALLENGE = "io.bellwire.endpoint.challenge";

    private final HttpServer server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    volatile int status = 204;
    volatile boolean answersChallenges = true;

    /** A call that was not a challenge. */
    record Call(Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.get(name).get(0);
        }

        JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new IllegalStateException(body, e);
            }
        }
    }

    WebhookSink() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    List<Call> calls() {
        return calls;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonNode json = MAPPER.readTree(body);
        byte[] answer = {};
        int answered = status;
        if (json.path("type").asText().equals(CHALLENGE)) {
            answered = answersChallenges ? 200 : 404;
            answer = json.path("data").toString().getBytes(StandardCharsets.UTF_8);
        } else {
            calls.add(new Call(Map.copyOf(exchange.getRequestHeaders()), body));
        }
        exchange.sendResponseHeaders(answered, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
