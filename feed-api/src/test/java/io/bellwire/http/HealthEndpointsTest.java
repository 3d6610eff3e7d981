package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HealthEndpointsTest {
    private static ApiFixture server;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void serverReportsThatItIsHealthyAndReady() {
        server.stranger().get("/healthz").expect(200);
        assertEquals(
                "{\"ready\":true}", server.stranger().get("/readyz").expect(200).text());
    }

    @Test
    void failingReadyCheckIsNamed() {
        AtomicReference<Optional<String>> broker = new AtomicReference<>(Optional.of("no session loop answers"));
        server.api().addReadyCheck("broker", broker::get);
        try {
            CheckedResponse answer = server.stranger().get("/readyz");

            answer.expectProblem(503, "unavailable", "not ready");
            assertEquals("no session loop answers", answer.json().path("broker").asText());
            assertFalse(answer.json().has("log"));
            server.stranger().get("/healthz").expect(200);
        } finally {
            broker.set(Optional.empty());
        }
        server.stranger().get("/readyz").expect(200);
    }

    @Test
    void metricsNameNoDeviceNoOrderAndNoSecret() {
        ApiFixture.Device grill = server.register("grill");
        String order = server.operator()
                .order(grill.order())
                .expect(201)
                .json()
                .path("id")
                .asText();
        grill.client().get(grill.feed()).expect(200);
        grill.client().get("/v1/orders/" + order).expect(200);
        server.stranger().get("/v1/devices/secret-path/feed").expect(401);
        server.stranger().get("/unknown-path").expect(404);

        CheckedResponse metrics = server.stranger().get("/metrics").expect(200);

        assertTrue(metrics.header("content-type").startsWith("text/plain"));
        String text = metrics.text();
        for (String name : List.of(
                "bellwire_log_group_writes",
                "bellwire_log_group_seconds",
                "bellwire_log_queued_writes",
                "bellwire_log_writes_refused_total",
                "bellwire_log_recent_bytes",
                "bellwire_feed_waiting",
                "bellwire_http_connections",
                "bellwire_timers{thread=\"http\"}",
                "bellwire_http_requests_seconds_count{method=\"GET\",route=\"/v1/devices/{id}/feed\"}")) {
            assertTrue(text.contains(name), name + " in " + text);
        }
        for (String secret : List.of(
                grill.id(), order, grill.client().token(), server.operator().token(), "secret-path", "unknown-path")) {
            assertFalse(text.contains(secret), secret);
        }
    }
}
