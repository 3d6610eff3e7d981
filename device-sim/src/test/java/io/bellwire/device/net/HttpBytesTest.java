package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares the computed lengths with those that a socket has received and sent. */
@Timeout(30)
class HttpBytesTest {
    /** The client of some JDKs sends a Content-Length with a GET. */
    private static final int TOLERATED_BYTES = 24;

    private static final String RESPONSE =
            "HTTP/1.1 200 OK\r\nBellwire-Cursor: k3v9x2m4qd.7\r\nContent-Length: 5\r\n\r\n[1,2]";

    @Test
    void requestsAndResponsesAreAsLongAsOnTheWire() throws Exception {
        try (ServerSocket serverSocket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI uri =
                    URI.create("http://127.0.0.1:" + serverSocket.getLocalPort() + "/v1/devices/grill/feed?limit=100");
            HttpRequest read = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer hush")
                    .build();
            HttpRequest write = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"processed\":\"k3v9x2m4qd.7\"}"))
                    .build();
            for (HttpRequest request : new HttpRequest[] {read, write}) {
                CompletableFuture<Integer> receivedBytes =
                        CompletableFuture.supplyAsync(() -> receiveAndRespond(serverSocket));
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());

                long excess = HttpBytes.of(request) - receivedBytes.get(10, TimeUnit.SECONDS);
                assertTrue(excess >= 0 && excess <= TOLERATED_BYTES, request.method() + " by " + excess);
                assertEquals(RESPONSE.length(), HttpBytes.of(response));
            }
        }
    }

    /** Accepts one request, responds, and returns the length of the request. */
    private static int receiveAndRespond(ServerSocket serverSocket) {
        try (Socket socket = serverSocket.accept()) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            while (!isComplete(request.toString(StandardCharsets.US_ASCII))) {
                request.write(socket.getInputStream().read());
            }
            socket.getOutputStream().write(RESPONSE.getBytes(StandardCharsets.US_ASCII));
            return request.size();
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static boolean isComplete(String request) {
        return request.endsWith(request.startsWith("GET") ? "\r\n\r\n" : "}");
    }

    /** A stream's answer, which has no length. */
    @Test
    void headOfAStreamIsCountedAsItIsSent() {
        HttpHeaders headers =
                HttpHeaders.of(Map.of("Content-Type", List.of("text/event-stream")), (name, value) -> true);
        HttpResponse.ResponseInfo head = new HttpResponse.ResponseInfo() {
            @Override
            public int statusCode() {
                return 200;
            }

            @Override
            public HttpHeaders headers() {
                return headers;
            }

            @Override
            public HttpClient.Version version() {
                return HttpClient.Version.HTTP_1_1;
            }
        };
        String sent = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        assertEquals(sent.length(), HttpBytes.of(head));
    }
}
