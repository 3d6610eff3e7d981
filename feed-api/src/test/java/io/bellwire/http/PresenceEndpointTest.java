package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.DeviceId;
import io.bellwire.presence.PresenceOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresenceEndpointTest {
    private static final PresenceOptions QUICK =
            new PresenceOptions(Duration.ZERO, Duration.ofMillis(300), Duration.ZERO, Duration.ofMillis(100));
    /** Waits so long that no disconnect event is written during a test. */
    private static final PresenceOptions PATIENT =
            new PresenceOptions(Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO, Duration.ofHours(1));

    @TempDir
    Path folder;

    @Test
    void devicesAreListedInPagesWithTheirStatus() {
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withPresence(QUICK))) {
            List<ApiFixture.Device> devices = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                devices.add(server.register("grill"));
            }
            server.registerPartner("chain");
            ApiFixture.Device grill = devices.get(0);
            server.orders(grill, 3);
            grill.client().get(grill.feed() + "?limit=2").expect(200);
            server.operator().delete(devices.get(1).path()).expect(204);
            server.api().presence().connectionOpened(new DeviceId(devices.get(2).id()), DoorbellKind.WEBSOCKET);

            List<JsonNode> listed = new ArrayList<>();
            String next = "/v1/devices?limit=2";
            int pages = 0;
            while (!next.isEmpty()) {
                JsonNode page = server.operator().get(next).expect(200).json();
                page.path("devices").forEach(listed::add);
                next = page.path("next").asText();
                pages++;
            }

            assertEquals(3, pages);
            assertEquals(
                    devices.stream().map(ApiFixture.Device::id).sorted().toList(),
                    listed.stream().map(device -> device.path("id").asText()).toList());
            JsonNode polled = of(listed, grill);
            assertEquals("poll", polled.path("doorbell").asText());
            assertFalse(polled.path("connected").asBoolean());
            assertTrue(polled.has("last_seen"));
            assertEquals(
                    List.of(2L, 0L, 3L, 3L),
                    List.of(
                            polled.path("received").asLong(),
                            polled.path("processed").asLong(),
                            polled.path("head").asLong(),
                            polled.path("pending").asLong()));
            assertFalse(of(listed, devices.get(1)).path("enabled").asBoolean());
            JsonNode connected = of(listed, devices.get(2));
            assertTrue(connected.path("connected").asBoolean());
            assertEquals("websocket", connected.path("doorbell").asText());
            assertFalse(of(listed, devices.get(3)).has("last_seen"), "it was never seen");
        }
    }

    @Test
    void listAndOperationsAreTheOperatorsAlone() {
        try (ApiFixture server = ApiFixture.inMemory()) {
            ApiFixture.Device grill = server.register("grill");
            for (String path : List.of("/v1/devices", "/v1/operations/feed")) {
                grill.client().get(path).expectProblem(403, "forbidden", "operator");
                server.stranger().get(path).expect(401);
            }
            server.operator().get("/v1/devices?cursor=a/b").expectProblem(400, "invalid-request", "cursor");
            assertEquals(
                    List.of(),
                    server.operator().get("/v1/operations/feed").expect(200).revisions());
            server.operator()
                    .get("/v1/operations/feed?cursor=" + "a".repeat(10) + ".0.0000000")
                    .expectProblem(410, "reset", "another feed or another log");
        }
    }

    @Test
    void presenceEventsAreReadFromACursorLikeAnyFeed() {
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withPresence(QUICK))) {
            DeviceId grill = new DeviceId("grill");
            server.api().presence().connectionOpened(grill, DoorbellKind.MQTT);
            CheckedResponse first =
                    server.operator().get("/v1/operations/feed?wait_ms=20000").expect(200);
            JsonNode connectedEvent = first.json().path(0);
            assertEquals(
                    "io.bellwire.device.connected", connectedEvent.path("type").asText());
            assertEquals("grill", connectedEvent.path("subject").asText());
            assertEquals("/v1/operations/feed", connectedEvent.path("source").asText());
            assertEquals("mqtt", connectedEvent.path("data").path("doorbell").asText());

            server.api().presence().connectionClosed(grill, DoorbellKind.MQTT);
            CheckedResponse second = server.operator()
                    .get("/v1/operations/feed?wait_ms=20000&cursor=" + first.header("Bellwire-Cursor"))
                    .expect(200);
            assertEquals(
                    "io.bellwire.device.disconnected",
                    second.json().path(0).path("type").asText());
            assertEquals(List.of(2L), second.revisions());
        }
    }

    @Test
    void deviceThatWaitsForItsFeedIsConnectedUntilItIsAnswered() {
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withPresence(PATIENT))) {
            ApiFixture.Device grill = server.register("grill");
            CompletableFuture<CheckedResponse> poll = CompletableFuture.supplyAsync(
                    () -> grill.client().get(grill.feed() + "?wait_ms=20000").expect(200));
            await().until(() -> statusOf(server, grill).path("connected").asBoolean());
            assertEquals("long-poll", statusOf(server, grill).path("doorbell").asText());
            server.orders(grill, 1);
            poll.join();
            await().until(() -> !statusOf(server, grill).path("connected").asBoolean());
            // a read by the operator does not count as the device's
            ApiFixture.Device fryer = server.register("fryer");
            server.operator().get(fryer.feed()).expect(200);
            assertFalse(statusOf(server, fryer).has("last_seen"));
        }
    }

    @Test
    void afterARestartADeviceThatDoesNotReconnectGetsOneDisconnectEvent() {
        FeedApiOptions patient = FeedApiOptions.DEFAULT.withDataFolder(folder).withPresence(PATIENT);
        String lastSeen;
        ApiFixture.Device grill;
        ApiFixture.Device fryer;
        try (ApiFixture server = ApiFixture.of(patient)) {
            grill = server.register("grill");
            fryer = server.register("fryer");
            server.api().presence().connectionOpened(new DeviceId(grill.id()), DoorbellKind.MQTT);
            server.api().presence().connectionOpened(new DeviceId(fryer.id()), DoorbellKind.SSE);
            await().until(() -> events(server).size() == 2);
            lastSeen = statusOf(server, grill).path("last_seen").asText();
        }
        try (ApiFixture server =
                ApiFixture.of(FeedApiOptions.DEFAULT.withDataFolder(folder).withPresence(QUICK))) {
            server.api().presence().connectionOpened(new DeviceId(fryer.id()), DoorbellKind.WEBSOCKET);
            JsonNode statusAfterRestart = statusOf(server, grill);
            assertFalse(statusAfterRestart.path("connected").asBoolean());
            assertEquals("mqtt", statusAfterRestart.path("doorbell").asText());
            assertTrue(
                    statusAfterRestart.path("last_seen").asText().compareTo(lastSeen) >= 0,
                    statusAfterRestart + " after " + lastSeen);
            await().until(() -> events(server).size() == 3);
            assertEquals("disconnected " + grill.id(), events(server).get(2));
            assertTrue(statusOf(server, fryer).path("connected").asBoolean());
        }
        try (ApiFixture server =
                ApiFixture.of(FeedApiOptions.DEFAULT.withDataFolder(folder).withPresence(QUICK))) {
            // now the device that was connected before this restart
            await().until(() -> events(server).size() == 4);
            assertEquals("disconnected " + fryer.id(), events(server).get(3));
            assertEquals("poll", kindAfterPoll(server, grill));
        }
    }

    private static String kindAfterPoll(ApiFixture server, ApiFixture.Device device) {
        server.as(device.client().token()).get(device.feed()).expect(200);
        return statusOf(server, device).path("doorbell").asText();
    }

    private static JsonNode statusOf(ApiFixture server, ApiFixture.Device device) {
        JsonNode page = server.operator().get("/v1/devices").expect(200).json();
        return of(
                StreamSupport.stream(page.path("devices").spliterator(), false).toList(), device);
    }

    private static JsonNode of(List<JsonNode> devices, ApiFixture.Device device) {
        return devices.stream()
                .filter(listed -> listed.path("id").asText().equals(device.id()))
                .findFirst()
                .orElseThrow();
    }

    /** The events in the feed of operations, shortened to {@code connected id}. */
    private static List<String> events(ApiFixture server) {
        JsonNode page = server.operator().get("/v1/operations/feed").expect(200).json();
        return StreamSupport.stream(page.spliterator(), false)
                .map(event -> event.path("type").asText().replace("io.bellwire.device.", "") + " "
                        + event.path("subject").asText())
                .toList();
    }
}
