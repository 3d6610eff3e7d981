package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with all its own logging on shows no secret: not in its log, its standard output, its metrics, its errors or
 * its command line. The secrets go through logins good and bad, rotations, and requests that are refused.
 */
class NeverShownTest {
    private static final String WRONG = "wrong-" + "y".repeat(37);
    private static final String PASSWORD = "pg-" + "z".repeat(40);

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final StringBuilder shown = new StringBuilder();

    /** Sends a request; what an answer of an error shows is kept. */
    private String send(ChildServer server, String method, String path, String token, String body) throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(server.http.resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            shown.append(answer.headers().map()).append(answer.body());
        }
        return answer.body();
    }

    private static String member(String json, String name) throws IOException {
        String value = new ObjectMapper().readTree(json).path(name).asText();
        assertEquals(43, value.length(), json);
        return value;
    }

    private static CompletableFuture<String> drained(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void assertShowsNone(List<String> secrets) {
        for (String secret : secrets) {
            assertFalse(shown.indexOf(secret) >= 0, () -> secret + " is in " + shown);
        }
    }

    @Test
    void secretsAreNotInLogsErrorsMetricsAndCommandLines() throws Exception {
        Path talkative = Files.writeString(
                folder.resolve("logback.xml"),
                "<configuration><appender name='e' class='ch.qos.logback.core.ConsoleAppender'><target>System.err</target>"
                        + "<encoder><pattern>%level %logger %msg%n%ex</pattern></encoder></appender>"
                        + "<logger name='io.bellwire' level='TRACE'/><root level='INFO'><appender-ref ref='e'/></root>"
                        + "</configuration>");
        try (ChildServer server = ChildServer.ready(
                List.of("-Dlogback.configurationFile=" + talkative), folder.resolve("data"), "--secret-overlap=1h")) {
            CompletableFuture<String> err = drained(server.process.getErrorStream());
            String first = member(send(server, "PUT", "/v1/devices/grill", server.token, ""), "secret");
            String alice =
                    member(send(server, "PUT", "/v1/operators/alice", server.token, "{\"role\":\"read\"}"), "token");
            new SignalledDevice(server.mqtt, "grill", first).close();
            String second = member(send(server, "POST", "/v1/devices/grill/secret", server.token, ""), "secret");
            new SignalledDevice(server.mqtt, "grill", second).close();
            assertThrows(Mqtt5ConnAckException.class, () -> new SignalledDevice(server.mqtt, "grill", WRONG));
            for (String secret : List.of(first, second, alice, WRONG, server.token)) {
                send(server, "GET", "/v1/devices/fryer/feed", secret, "");
                send(server, "PUT", "/v1/devices/" + "x".repeat(65), secret, "");
                send(server, "POST", "/v1/orders", secret, "{\"" + "nonsense\":1}");
                send(server, "POST", "/v1/orders", secret, "{");
                send(server, "GET", "/nowhere", secret, "");
            }
            shown.append(send(server, "GET", "/v1/audit/feed", server.token, ""));
            shown.append(send(server, "GET", "/metrics", "", ""));
            shown.append(Files.readString(Path.of("/proc", Long.toString(server.process.pid()), "cmdline")));
            server.terminate();
            String log = err.join();
            shown.append(log).append(server.out.lines().toList());

            assertTrue(log.contains("refused \"grill\""), log);
            assertTrue(shown.indexOf("/proc") < 0 && shown.indexOf("bellwire_") >= 0);
            assertShowsNone(List.of(server.token, first, second, alice, WRONG));
        }
    }

    @Test
    void passwordOfADatabaseThatCannotBeReachedIsNotShown() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), PASSWORD);

        Process failed = ChildServer.run(
                "--http-port=0",
                "--mqtt-port=0",
                "--data-dir=" + folder.resolve("data"),
                "--postgres-url=jdbc:postgresql://127.0.0.1:1/none?connectTimeout=1&applicationName=" + "b",
                "--postgres-password-file=" + file);
        shown.append(new String(failed.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        shown.append(new String(failed.getInputStream().readAllBytes(), StandardCharsets.UTF_8));

        assertEquals(2, ChildServer.exitCode(failed));
        assertTrue(shown.length() > 0);
        assertShowsNone(List.of(PASSWORD));
    }
}
