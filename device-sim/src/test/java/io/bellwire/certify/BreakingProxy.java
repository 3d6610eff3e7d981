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

/** A proxy in front of a real server that breaks one rule of its HTTP API. */
final class BreakingProxy implements AutoCloseable, Distortion.Upstream {
    /** The status if the proxy itself fails, so that this is not taken for a broken rule. */
    static final int OWN_FAILURE = 599;

    /** Headers that belong to one connection and are not passed on. */
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "date", "host", "http2-settings", "transfer-encoding", "upgrade");

    private final URI upstream;
    private final String operatorToken;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer listener;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    BreakingProxy(URI upstream, String operatorToken, Distortion distortion) throws IOException {
        this.upstream = upstream;
        this.operatorToken = operatorToken;
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.setExecutor(threads);
        listener.createContext("/", exchange -> answer(exchange, distortion));
        listener.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + listener.getAddress().getPort());
    }

    @Override
    public String operatorToken() {
        return operatorToken;
    }

    private void answer(HttpExchange exchange, Distortion distortion) throws IOException {
        ProxiedResponse response;
        try {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            ProxiedRequest request = new ProxiedRequest(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (request.isStream() && relay(exchange, distortion.streamRequest(request), distortion)) {
                return;
            }
            response = distortion.answer(request, this);
        } catch (Exception failed) {
            response = new ProxiedResponse(OWN_FAILURE, Map.of(), failed.toString());
        }
        response.headers().forEach((name, value) -> {
            if (!isHopByHop(name)) {
                exchange.getResponseHeaders().set(name, value);
            }
        });
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        boolean hasBody = body.length > 0 && response.status() != 304 && response.status() != 204;
        exchange.sendResponseHeaders(response.status(), hasBody ? body.length : -1);
        if (hasBody) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** Passes on a stream of events, line by line, until either side ends it; false if the server opens no stream. */
    private boolean relay(HttpExchange exchange, ProxiedRequest request, Distortion distortion)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                client.send(upstreamRequest(request), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                return false;
            }
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String edited = distortion.editLine(line);
                if (edited != null) {
                    out.write((edited + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        } catch (IOException ended) {
            // one side has ended; end the other
            exchange.close();
            return true;
        }
        exchange.close();
        return true;
    }

    private static boolean isHopByHop(String header) {
        return HOP_BY_HOP.contains(header.toLowerCase(Locale.ROOT));
    }

    @Override
    public ProxiedResponse send(ProxiedRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(upstreamRequest(request), HttpResponse.BodyHandlers.ofString());
        Map<String, String> headers = new HashMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return new ProxiedResponse(response.statusCode(), headers, response.body());
    }

    private HttpRequest upstreamRequest(ProxiedRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(upstream.resolve(request.path()))
                .method(
                        request.method(),
                        request.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(request.body()));
        request.headers().forEach((name, value) -> {
            if (!isHopByHop(name)) {
                builder.header(name, value);
            }
        });
        return builder.build();
    }

    @Override
    public void close() {
        listener.stop(0);
        threads.shutdownNow();
    }
}
