package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes in a whole server, from the file to the MQTT client of a device. */
class ServedRoutesTest {
    @TempDir
    Path folder;

    private Path routes(String yaml) throws IOException {
        return Files.writeString(folder.resolve("routes.yaml"), yaml);
    }

    @Test
    void fullMessageHasTheSameChangesAsTheFeed() throws IOException {
        BellwireOptions options =
                BellwireOptions.inMemory().withRoutes(routes("routes: [{name: all, ring: {tier: full}}]"));
        try (Bellwire bellwire = Bellwire.start(options)) {
            TestOperator operator = new TestOperator(bellwire);
            String secret = operator.register("grill");
            try (SignalledDevice grill = new SignalledDevice(bellwire.mqtt(), "grill", secret)) {
                await().until(() -> !grill.signals.isEmpty());
                operator.order("grill");
                await().until(() -> grill.tiers().equals(List.of("full")));
                operator.event("grill", "1", "oven.hot");
                await().until(() -> grill.tiers().equals(List.of("full", "full")));
                List<JsonNode> changes = grill.signals.stream()
                        .filter(signal -> signal.has("tier"))
                        .flatMap(signal -> signal.get("changes").valueStream())
                        .toList();
                assertEquals(operator.feed("grill", secret, "").valueStream().toList(), changes);
            }
        }
    }

    @Test
    void reloadedRoutesChangeTopicsAndTiers() throws IOException {
        Path file = routes("routes: [{name: all, ring: {tier: event}}]");
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inMemory().withRoutes(file))) {
            TestOperator operator = new TestOperator(bellwire);
            String secret = operator.register("grill");
            try (SignalledDevice plain = new SignalledDevice(bellwire.mqtt(), "grill", secret)) {
                operator.event("grill", "1", "oven.hot");
                await().until(() -> plain.tiers().contains("event"));
            }
            String topic = "kitchen/grill/alarms";
            assertThrows(RuntimeException.class, () -> new SignalledDevice(bellwire.mqtt(), "grill", secret, topic));

            routes(
                    "routes: [{name: alarms, match: {type: oven.*}, ring: {tier: full, topic: 'kitchen/{device_id}/alarms'}}]");
            assertEquals(Optional.empty(), bellwire.reloadRoutes());
            try (SignalledDevice withAlarms = new SignalledDevice(bellwire.mqtt(), "grill", secret, topic)) {
                await().until(() -> !withAlarms.signals.isEmpty());
                operator.event("grill", "2", "oven.hot");
                await().until(() -> withAlarms.tiers().contains("full"));

                routes("routes: [{name: alarms, rang: {}}]");
                Optional<String> refused = bellwire.reloadRoutes();
                assertTrue(refused.orElseThrow()
                        .endsWith("unknown key rang in a route: there are feeds, match, name, ring"));
                operator.event("grill", "3", "oven.hot");
                await().until(() -> withAlarms.tiers().equals(List.of("full", "full")));
                assertTrue(withAlarms.isConnected());
            }
            String metrics = operator.metrics();
            assertTrue(metrics.contains("bellwire_routes_reloads_total{result=\"loaded\"} 1"));
            assertTrue(metrics.contains("bellwire_routes_reloads_total{result=\"refused\"} 1"));
            assertTrue(metrics.contains("bellwire_bridge_messages_total{doorbell=\"mqtt\",tier=\"full\"} 2"));
        }
    }

    @Test
    void serverDoesNotStartWithWrongRoutes() throws IOException {
        Path file = routes("routes: 1");
        ConfigurationException refused = assertThrows(
                ConfigurationException.class,
                () -> Bellwire.start(BellwireOptions.inMemory().withRoutes(file)));
        assertEquals("routes: " + file + ", line 1, column 9: routes must be a list", refused.getMessage());
    }
}
