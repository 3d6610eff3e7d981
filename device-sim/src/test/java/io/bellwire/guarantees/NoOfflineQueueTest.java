package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows guarantee 5: the server keeps nothing for an offline device except its feed. */
@Timeout(60)
class NoOfflineQueueTest {
    private static final int DEVICES = 8;

    @TempDir
    Path folder;

    @Test
    void guarantee5OfflineDevicesCostBrokerAndBridgeNothing() {
        try (Bellwire bellwire = Bellwire.start();
                DevicePool devicePool = new DevicePool(bellwire)) {
            BlockingOperator operator = new BlockingOperator(bellwire);
            List<KillableDevice> devices = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                KillableDevice device =
                        devicePool.device(operator.register("device-" + i)).boot();
                devices.add(device);
                await().until(() -> !device.receivedRevisions.isEmpty());
            }
            assertEquals(DEVICES, operator.metric("bellwire_bridge_devices"));

            devices.forEach(KillableDevice::kill);
            await().until(() -> operator.metric("bellwire_broker_connections") == 0);
            await().until(() -> operator.metric("bellwire_bridge_devices") == 0);
            devices.forEach(device -> {
                device.receivedRevisions.clear();
                for (int i = 0; i < 10; i++) {
                    operator.order(device.credentials());
                }
            });

            assertEquals(0, operator.metric("bellwire_bridge_devices"), "the bridge keeps nothing for offline devices");
            assertEquals(0, operator.metric("bellwire_bridge_queue"));
            devices.forEach(KillableDevice::boot);
            for (KillableDevice device : devices) {
                await().until(() -> device.applied().size() == 10);
                assertEquals(
                        List.of(10L),
                        device.receivedRevisions.stream().distinct().toList(),
                        "only where its feed is now");
            }
        }
    }

    @Test
    void guarantee5NoClientCanMakeTheBrokerKeepASession() {
        try (Bellwire bellwire = Bellwire.start()) {
            DeviceCredentials credentials = new BlockingOperator(bellwire).register("grill");
            Mqtt5BlockingClient client = MqttClient.builder()
                    .useMqttVersion5()
                    .identifier(credentials.id().value())
                    .serverHost(bellwire.mqtt().getHost())
                    .serverPort(bellwire.mqtt().getPort())
                    .simpleAuth()
                    .username(credentials.id().value())
                    .password(credentials.secret().getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth()
                    .buildBlocking();

            assertThrows(Mqtt5ConnAckException.class, () -> client.connectWith()
                    .cleanStart(false)
                    .sessionExpiryInterval(3_600)
                    .send());
        }
    }

    @Test
    void guarantee5RestartOfTheServerLosesNothingForConnectedAndOfflineDevices() {
        List<String> placed = new ArrayList<>();
        BellwireOptions options = BellwireOptions.inFolder(folder);
        KillableDevice connected;
        KillableDevice offline;
        try (Bellwire before = Bellwire.start(options);
                DevicePool devicePool = new DevicePool(before)) {
            BlockingOperator operator = new BlockingOperator(before);
            connected = devicePool.device(operator.register("there")).boot();
            offline = devicePool.device(operator.register("away")).boot();
            await().until(() -> !offline.receivedRevisions.isEmpty());
            offline.kill();
            placed.add(operator.order(connected.credentials()));
            operator.order(offline.credentials());
            await().until(() -> connected.applied().equals(placed));
            connected.loseSignals(Integer.MAX_VALUE);
            placed.add(operator.order(connected.credentials()));
        }
        try (Bellwire after = Bellwire.start(options);
                DevicePool devicePool = new DevicePool(after)) {
            KillableDevice connectedAgain = devicePool.reconnect(connected).boot();
            KillableDevice offlineAgain = devicePool.reconnect(offline).boot();

            await().until(() -> offlineAgain.applied().size() == 1);
            await().until(() -> connectedAgain.applied().equals(placed));
            placed.add(new BlockingOperator(after).order(connected.credentials()));
            await().until(() -> connectedAgain.applied().equals(placed));
        }
    }
}
