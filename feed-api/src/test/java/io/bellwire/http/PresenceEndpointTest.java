package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.presence.PresenceOptions;
import io.bellwire.registry.DeviceId;
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
    /** Nobody is told to have gone within a test. */
    private static final PresenceOptions PATIENT =
            new PresenceOptions(Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO, Duration.ofHours(1));

    @TempDir
    Path folder;

    @Test
    void devicesAreListedInPagesWithWhereTheyAre() {
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
            server.api().presence().opened(new DeviceId(devices.get(2).id()), DoorbellKind.WEBSOCKET);

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
    void comingAndGoingIsReadFromACursorLikeAnyFeed() {
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withPresence(QUICK))) {
            DeviceId grill = new DeviceId("grill");
            server.api().presence().opened(grill, DoorbellKind.MQTT);
            Answered first =
                    server.operator().get("/v1/operations/feed?wait_ms=20000").expect(200);
            JsonNode came = first.json().path(0);
            assertEquals("io.bellwire.device.connected", came.path("type").asText());
            assertEquals("grill", came.path("subject").asText());
            assertEquals("/v1/operations/feed", came.path("source").asText());
            assertEquals("mqtt", came.path("data").path("doorbell").asText());

            server.api().presence().closed(grill, DoorbellKind.MQTT);
            Answered second = server.operator()
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
            CompletableFuture<Answered> poll = CompletableFuture.supplyAsync(
                    () -> grill.client().get(grill.feed() + "?wait_ms=20000").expect(200));
            await().until(() -> seen(server, grill).path("connected").asBoolean());
            assertEquals("long-poll", seen(server, grill).path("doorbell").asText());
            server.orders(grill, 1);
            poll.join();
            await().until(() -> !seen(server, grill).path("connected").asBoolean());
            // the operator who reads a device's feed is not the device
            ApiFixture.Device fryer = server.register("fryer");
            server.operator().get(fryer.feed()).expect(200);
            assertFalse(seen(server, fryer).has("last_seen"));
        }
    }

    @Test
    void afterARestartNobodyIsConnectedAndWhoDoesNotComeBackIsToldToHaveGoneOnce() {
        FeedApiOptions patient = FeedApiOptions.DEFAULT.withDataFolder(folder).withPresence(PATIENT);
        String lastSeen;
        ApiFixture.Device grill;
        ApiFixture.Device fryer;
        try (ApiFixture server = ApiFixture.of(patient)) {
            grill = server.register("grill");
            fryer = server.register("fryer");
            server.api().presence().opened(new DeviceId(grill.id()), DoorbellKind.MQTT);
            server.api().presence().opened(new DeviceId(fryer.id()), DoorbellKind.SSE);
            await().until(() -> events(server).size() == 2);
            lastSeen = seen(server, grill).path("last_seen").asText();
        }
        try (ApiFixture server =
                ApiFixture.of(FeedApiOptions.DEFAULT.withDataFolder(folder).withPresence(QUICK))) {
            server.api().presence().opened(new DeviceId(fryer.id()), DoorbellKind.WEBSOCKET);
            JsonNode kept = seen(server, grill);
            assertFalse(kept.path("connected").asBoolean());
            assertEquals("mqtt", kept.path("doorbell").asText());
            assertTrue(kept.path("last_seen").asText().compareTo(lastSeen) >= 0, kept + " after " + lastSeen);
            await().until(() -> events(server).size() == 3);
            assertEquals("disconnected " + grill.id(), events(server).get(2));
            assertTrue(seen(server, fryer).path("connected").asBoolean());
        }
        try (ApiFixture server =
                ApiFixture.of(FeedApiOptions.DEFAULT.withDataFolder(folder).withPresence(QUICK))) {
            // this time it is the one that was connected then
            await().until(() -> events(server).size() == 4);
            assertEquals("disconnected " + fryer.id(), events(server).get(3));
            assertEquals("poll", kindAfterPoll(server, grill));
        }
    }

    private static String kindAfterPoll(ApiFixture server, ApiFixture.Device device) {
        server.as(device.client().token()).get(device.feed()).expect(200);
        return seen(server, device).path("doorbell").asText();
    }

    private static JsonNode seen(ApiFixture server, ApiFixture.Device device) {
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

    /** What the feed of operations tells, shortened to {@code connected id}. */
    private static List<String> events(ApiFixture server) {
        JsonNode page = server.operator().get("/v1/operations/feed").expect(200).json();
        return StreamSupport.stream(page.spliterator(), false)
                .map(event -> event.path("type").asText().replace("io.bellwire.device.", "") + " "
                        + event.path("subject").asText())
                .toList();
    }
}
