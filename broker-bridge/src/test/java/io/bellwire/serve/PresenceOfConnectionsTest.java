package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.presence.PresenceOptions;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Presence, from each kind of connection to the operator's view, on real parts. */
class PresenceOfConnectionsTest {
    private static final PresenceOptions QUICK =
            new PresenceOptions(Duration.ofMillis(300), Duration.ofMillis(500), Duration.ZERO, Duration.ofMillis(200));

    @TempDir
    Path folder;

    @Test
    void deviceIsReportedWithTheKindOfItsConnection() throws Exception {
        BellwireOptions options = BellwireOptions.inMemory().withFeed(FeedApiOptions.DEFAULT.withPresence(QUICK));
        try (Bellwire bellwire = Bellwire.start(options)) {
            TestOperator operator = new TestOperator(bellwire);
            String secret = operator.register("grill");
            SignalledDevice plain = new SignalledDevice(bellwire.mqtt(), "grill", secret);
            await().until(() -> isConnected(operator, "grill", "mqtt"));
            SignalledDevice webSocket = new SignalledDevice(bellwire.ws().orElseThrow(), "grill", secret);
            await().until(() -> isConnected(operator, "grill", "websocket"));
            await().until(() -> !webSocket.signals.isEmpty());
            webSocket.close();
            await().until(() -> operator.reports("grill").equals(List.of("connected", "disconnected")));
            assertFalse(operator.listed("grill").get("connected").booleanValue());
            plain.close();

            try (InputStream stream = signals(bellwire, "grill", secret)) {
                await().until(() -> isConnected(operator, "grill", "sse"));
                // a stream of the operator does not make the device connected
                String other = operator.register("fryer");
                try (InputStream operatorsStream = signals(bellwire, "fryer", bellwire.operatorToken())) {
                    assertTrue(operatorsStream.read() >= 0 && stream.read() >= 0 && !other.isEmpty());
                    assertFalse(operator.listed("fryer").has("doorbell"));
                }
            }
        }
    }

    @Test
    void stoppedServerReportsNoDisconnectionsAndTheNextOneOnlyThoseOfDevicesThatStayAway() {
        BellwireOptions options = BellwireOptions.inFolder(folder)
                .withFeed(FeedApiOptions.DEFAULT.withDataFolder(folder).withPresence(QUICK));
        String grill;
        try (Bellwire bellwire = Bellwire.start(options)) {
            TestOperator operator = new TestOperator(bellwire);
            grill = operator.register("grill");
            SignalledDevice one = new SignalledDevice(bellwire.mqtt(), "grill", grill);
            SignalledDevice other = new SignalledDevice(bellwire.mqtt(), "fryer", operator.register("fryer"));
            await().until(() -> !operator.reports("grill").isEmpty()
                    && !operator.reports("fryer").isEmpty());
            await().until(() -> one.signals.size() + other.signals.size() == 2);
        }
        try (Bellwire bellwire = Bellwire.start(options)) {
            TestOperator operator = new TestOperator(bellwire);
            assertFalse(operator.listed("fryer").get("connected").booleanValue());
            try (SignalledDevice back = new SignalledDevice(bellwire.mqtt(), "grill", grill)) {
                await().until(() -> operator.reports("fryer").equals(List.of("connected", "disconnected")));
                await().until(() -> isConnected(operator, "grill", "mqtt") && back.isConnected());
                assertAlternates(operator.reports("grill"));
            }
        }
    }

    @Test
    void killedServerLeavesNoDeviceConnectedAndDevicesThatStayAwayAreReportedOnce() throws Exception {
        // only the operations feed knows who was connected: the next save would be in an hour
        String[] presence = {"--presence-grace-after-start=500ms", "--presence-save-interval=1h"};
        String grill;
        try (ChildServer server = ChildServer.ready(folder, presence)) {
            TestOperator operator = server.operator();
            grill = operator.register("grill");
            String fryer = operator.register("fryer");
            try (SignalledDevice one = new SignalledDevice(server.mqtt, "grill", grill);
                    SignalledDevice other = new SignalledDevice(server.mqtt, "fryer", fryer)) {
                await().until(() -> !operator.reports("grill").isEmpty()
                        && !operator.reports("fryer").isEmpty());
                server.kill();
                await().until(() -> !one.isConnected() && !other.isConnected());
            }
        }
        for (int start = 0; start < 2; start++) {
            try (ChildServer server = ChildServer.ready(folder, presence)) {
                TestOperator operator = server.operator();
                assertFalse(operator.listed("grill").get("connected").booleanValue());
                assertFalse(operator.listed("fryer").get("connected").booleanValue());
                try (SignalledDevice back = new SignalledDevice(server.mqtt, "grill", grill)) {
                    await().until(() -> operator.reports("fryer").equals(List.of("connected", "disconnected")));
                    await().until(() -> isConnected(operator, "grill", "mqtt") && back.isConnected());
                    server.kill();
                    await().until(() -> !back.isConnected());
                }
            }
        }
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(folder))) {
            TestOperator operator = new TestOperator(bellwire);
            assertAlternates(operator.reports("grill"));
            assertEquals(List.of("connected", "disconnected"), operator.reports("fryer"));
        }
    }

    /**
     * Asserts that the first report is connected and that reports alternate. How many there are depends on how busy
     * the machine is.
     */
    private static void assertAlternates(List<String> reports) {
        for (int i = 0; i < reports.size(); i++) {
            assertEquals(i % 2 == 0 ? "connected" : "disconnected", reports.get(i), reports::toString);
        }
        assertFalse(reports.isEmpty());
    }

    private static boolean isConnected(TestOperator operator, String device, String doorbell) {
        return operator.listed(device).get("connected").booleanValue()
                && operator.listed(device).get("doorbell").textValue().equals(doorbell);
    }

    private static InputStream signals(Bellwire bellwire, String device, String token) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(bellwire.http().resolve("/v1/devices/" + device + "/signals"))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        BodyHandlers.ofInputStream())
                .body();
    }
}
