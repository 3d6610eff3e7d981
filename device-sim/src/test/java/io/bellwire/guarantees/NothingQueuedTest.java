package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guarantee 5: nothing is kept for a device that is away but its feed. */
@Timeout(60)
class NothingQueuedTest {
    private static final int DEVICES = 8;

    @TempDir
    Path folder;

    @Test
    void guarantee5DevicesThatAreAwayCostBrokerAndBridgeNothing() {
        try (Bellwire bellwire = Bellwire.start();
                Site site = new Site(bellwire)) {
            BackOffice office = new BackOffice(bellwire);
            List<FieldDevice> devices = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                FieldDevice device = site.device(office.register("device-" + i)).boot();
                devices.add(device);
                await().until(() -> !device.rung.isEmpty());
            }
            assertEquals(DEVICES, office.metric("bellwire_bridge_devices"));

            devices.forEach(FieldDevice::kill);
            await().until(() -> office.metric("bellwire_broker_connections") == 0);
            await().until(() -> office.metric("bellwire_bridge_devices") == 0);
            devices.forEach(device -> {
                device.rung.clear();
                for (int i = 0; i < 10; i++) {
                    office.order(device.who());
                }
            });

            assertEquals(0, office.metric("bellwire_bridge_devices"), "nobody is remembered for what he missed");
            assertEquals(0, office.metric("bellwire_bridge_queue"));
            devices.forEach(FieldDevice::boot);
            for (FieldDevice device : devices) {
                await().until(() -> device.applied().size() == 10);
                assertEquals(List.of(10L), device.rung.stream().distinct().toList(), "only where its feed is now");
            }
        }
    }

    @Test
    void guarantee5NobodyCanHaveTheBrokerKeepASession() {
        try (Bellwire bellwire = Bellwire.start()) {
            DeviceCredentials who = new BackOffice(bellwire).register("grill");
            Mqtt5BlockingClient hoarder = MqttClient.builder()
                    .useMqttVersion5()
                    .identifier(who.id().value())
                    .serverHost(bellwire.mqtt().getHost())
                    .serverPort(bellwire.mqtt().getPort())
                    .simpleAuth()
                    .username(who.id().value())
                    .password(who.secret().getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth()
                    .buildBlocking();

            assertThrows(Mqtt5ConnAckException.class, () -> hoarder.connectWith()
                    .cleanStart(false)
                    .sessionExpiryInterval(3_600)
                    .send());
        }
    }

    @Test
    void guarantee5RestartOfTheServerLosesNothingForWhoeverWasThereOrAway() {
        List<String> placed = new ArrayList<>();
        BellwireOptions options = BellwireOptions.inFolder(folder);
        FieldDevice there;
        FieldDevice away;
        try (Bellwire before = Bellwire.start(options);
                Site site = new Site(before)) {
            BackOffice office = new BackOffice(before);
            there = site.device(office.register("there")).boot();
            away = site.device(office.register("away")).boot();
            await().until(() -> !away.rung.isEmpty());
            away.kill();
            placed.add(office.order(there.who()));
            office.order(away.who());
            await().until(() -> there.applied().equals(placed));
            there.loseSignals(Integer.MAX_VALUE);
            placed.add(office.order(there.who()));
        }
        try (Bellwire after = Bellwire.start(options);
                Site site = new Site(after)) {
            FieldDevice thereAgain = site.move(there).boot();
            FieldDevice backAgain = site.move(away).boot();

            await().until(() -> backAgain.applied().size() == 1);
            await().until(() -> thereAgain.applied().equals(placed));
            placed.add(new BackOffice(after).order(there.who()));
            await().until(() -> thereAgain.applied().equals(placed));
        }
    }
}
