package io.bellwire.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is reckoned, against what a socket has seen. */
@Timeout(30)
class HttpBytesTest {
    /** The client of some JDKs names the length of a body that a GET does not have. */
    private static final int TOLERATED = 24;

    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nBellwire-Cursor: k3v9x2m4qd.7\r\nContent-Length: 5\r\n\r\n[1,2]";

    @Test
    void requestsAndAnswersAreAsLongAsTheyAreOnTheWire() throws Exception {
        try (ServerSocket door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + door.getLocalPort() + "/v1/devices/grill/feed?limit=100");
            HttpRequest read = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer hush")
                    .build();
            HttpRequest write = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"processed\":\"k3v9x2m4qd.7\"}"))
                    .build();
            for (HttpRequest request : new HttpRequest[] {read, write}) {
                CompletableFuture<Integer> seen = CompletableFuture.supplyAsync(() -> answer(door));
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());

                long over = HttpBytes.of(request) - seen.get(10, TimeUnit.SECONDS);
                assertTrue(over >= 0 && over <= TOLERATED, request.method() + " by " + over);
                assertEquals(ANSWER.length(), HttpBytes.of(response));
            }
        }
    }

    /** The length of the one request that comes. */
    private static int answer(ServerSocket door) {
        try (Socket socket = door.accept()) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            while (!isWhole(request.toString(StandardCharsets.US_ASCII))) {
                request.write(socket.getInputStream().read());
            }
            socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
            return request.size();
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static boolean isWhole(String request) {
        return request.endsWith(request.startsWith("GET") ? "\r\n\r\n" : "}");
    }
}
