package io.bellwire.certify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in front of a real server and breaks one rule of its HTTP API at a time. */
final class BreakingProxy implements AutoCloseable, Distortion.Upstream {
    /** What it answers if it has failed itself, so that nobody takes that for a broken rule. */
    static final int OWN_FAILURE = 599;

    /** Each leg of the way has its own. */
    private static final Set<String> OF_ONE_LEG =
            Set.of("connection", "content-length", "date", "host", "http2-settings", "transfer-encoding", "upgrade");

    private final URI server;
    private final String operatorToken;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer door;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    BreakingProxy(URI server, String operatorToken, Distortion distortion) throws IOException {
        this.server = server;
        this.operatorToken = operatorToken;
        door = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        door.setExecutor(threads);
        door.createContext("/", exchange -> answer(exchange, distortion));
        door.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + door.getAddress().getPort());
    }

    @Override
    public String operatorToken() {
        return operatorToken;
    }

    private void answer(HttpExchange exchange, Distortion distortion) throws IOException {
        Told told;
        try {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            Asked asked = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (asked.isStream() && relay(exchange, distortion.opening(asked), distortion)) {
                return;
            }
            told = distortion.answer(asked, this);
        } catch (Exception failed) {
            told = new Told(OWN_FAILURE, Map.of(), failed.toString());
        }
        told.headers().forEach((name, value) -> {
            if (!isOfOneLeg(name)) {
                exchange.getResponseHeaders().set(name, value);
            }
        });
        byte[] body = told.body().getBytes(StandardCharsets.UTF_8);
        boolean hasBody = body.length > 0 && told.status() != 304 && told.status() != 204;
        exchange.sendResponseHeaders(told.status(), hasBody ? body.length : -1);
        if (hasBody) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** Passes a stream of events on, line by line, until either side ends it; false if the server gives none. */
    private boolean relay(HttpExchange exchange, Asked asked, Distortion distortion)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request(asked), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                return false;
            }
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String told = distortion.streamed(line);
                if (told != null) {
                    out.write((told + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        } catch (IOException ended) {
            // by either side; the other learns of it now
            exchange.close();
            return true;
        }
        exchange.close();
        return true;
    }

    private static boolean isOfOneLeg(String header) {
        return OF_ONE_LEG.contains(header.toLowerCase(Locale.ROOT));
    }

    @Override
    public Told ask(Asked asked) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request(asked), HttpResponse.BodyHandlers.ofString());
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return new Told(response.statusCode(), headers, response.body());
    }

    private HttpRequest request(Asked asked) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(asked.path()))
                .method(
                        asked.method(),
                        asked.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(asked.body()));
        asked.headers().forEach((name, value) -> {
            if (!isOfOneLeg(name)) {
                request.header(name, value);
            }
        });
        return request.build();
    }

    @Override
    public void close() {
        door.stop(0);
        threads.shutdownNow();
    }
}
