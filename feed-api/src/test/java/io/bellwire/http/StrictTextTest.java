package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Text that is no text is refused wherever it comes in, and never stored as something else. */
class StrictTextTest {
    private static final List<String> HALVES =
            List.of("\\ud83d", "\\ude00", "a\\uD83Db", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00", "\u00ed\u00a0\u0080");
    private static ApiFixture server;
    private static ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Sends a body whose characters are its bytes. */
    private static String send(String method, String path, String headers, String body) {
        try (RawConnection connection = new RawConnection(server.base())) {
            return connection
                    .send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + server.api().operatorToken() + "\r\n" + headers + "Content-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .readToEnd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    }

    @Test
    void halfOfASurrogatePairIsRefusedInEveryBody() {
        String order = server.operator()
                .order(grill.order())
                .expect(201)
                .json()
                .path("id")
                .asText();
        String json = "Content-Type: application/json\r\n";
        for (String half : HALVES) {
            String quoted = "\"" + half + "\"";
            assertRefused(send(
                    "POST", "/v1/orders", json, "{\"device_id\":\"" + grill.id() + "\",\"recipe_id\":" + quoted + "}"));
            assertRefused(send(
                    "POST",
                    "/v1/orders",
                    json,
                    "{\"device_id\":\"" + grill.id() + "\",\"data\":{\"a\":[" + quoted + "]}}"));
            assertRefused(send(
                    "POST", "/v1/orders", json, "{\"device_id\":\"" + grill.id() + "\",\"data\":{" + quoted + ":1}}"));
            assertRefused(send("POST", "/v1/orders", json, "{\"device_id\":" + quoted + "}"));
            assertRefused(
                    send("PATCH", "/v1/orders/" + order, json + "If-Match: *\r\n", "{\"volume\":" + quoted + "}"));
            assertRefused(send(
                    "POST",
                    "/v1/orders/bulk-status-change",
                    json,
                    "{\"orders\":[{\"id\":" + quoted + ",\"status\":\"accepted\"}]}"));
            assertRefused(send("POST", grill.path() + "/acks", json, "{\"processed\":" + quoted + "}"));
            for (String member : List.of("id", "source", "type", "subject", "colour", "data")) {
                assertRefused(send(
                        "POST",
                        "/v1/events",
                        "Content-Type: application/cloudevents+json\r\n",
                        "{\"specversion\":\"1.0\",\"deviceid\":\"" + grill.id() + "\""
                                + (member.equals("id") ? "" : ",\"id\":\"e\"")
                                + (member.equals("source") ? "" : ",\"source\":\"/s\"")
                                + (member.equals("type") ? "" : ",\"type\":\"t\"") + ",\"" + member + "\":" + quoted
                                + "}"));
            }
        }
        assertEquals(1, grill.client().get(grill.feed()).expect(200).revisions().size(), "only the order");
    }

    @Test
    void whatIsNotUtf8IsRefusedInHeadersQueriesPathsAndTexts() {
        String event =
                "ce-specversion: 1.0\r\nce-id: e\r\nce-source: /s\r\nce-type: t\r\nce-deviceid: " + grill.id() + "\r\n";
        assertRefused(send("POST", "/v1/events", event + "ce-subject: %ED%A0%80\r\n", ""));
        assertRefused(send("POST", "/v1/events", event + "ce-colour: %C3\r\n", ""));
        assertRefused(send("POST", "/v1/events", event + "ce-colour: %g1\r\n", ""));
        assertRefused(send("POST", "/v1/events", event + "Content-Type: text/plain\r\n", "a\u00c3"));
        assertRefused(send("POST", "/v1/events", event + "Content-Type: application/json\r\n", "\"\\ud800\""));
        assertRefused(send(
                "POST",
                "/v1/orders",
                "Content-Type: application/json\r\nIdempotency-Key: \u00ed\u00a0\u0080\r\n",
                grill.order()));
        assertRefused(send("GET", grill.feed() + "?cursor=%ED%A0%80", "", ""));
        assertRefused(send("GET", "/v1/orders?of_device=%C3%28", "", ""));
        assertRefused(send("PUT", "/v1/devices/%ED%A0%80", "", ""));
    }

    @Test
    void wholeCharactersAreKept() {
        String text = "K\u00e4se \u4e2d \ud83d\ude00 \ufffd";
        String utf8 = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        ApiFixture.Device fryer = server.register("fryer");
        String head = "{\"device_id\":\"" + fryer.id() + "\",\"data\":{\"a\":\"";

        send("POST", "/v1/orders", "Content-Type: application/json\r\n", head + utf8 + "\"}}");
        send("POST", "/v1/orders", "Content-Type: application/json\r\n", head + "\\ud83d\\ude00\"}}");
        assertEquals("K\u00e4se+", StrictText.percentDecode("ce-subject", "K%C3%A4se+"));

        var changes = fryer.client().get(fryer.feed()).expect(200).json();
        assertEquals(text, changes.get(0).at("/data/data/a").asText());
        assertEquals("\ud83d\ude00", changes.get(1).at("/data/data/a").asText());
    }
}
