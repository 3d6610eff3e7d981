package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.ReminderBackoff;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Signals from an order over HTTP to the device's MQTT client, on real parts. */
class SignalsTest {
    /** Reminds sooner than a real server, so that the test need not wait. */
    private static final BridgeOptions SHORT_TIMES = new BridgeOptions(
            Duration.ofMillis(20),
            new ReminderBackoff(Duration.ofMillis(200), Duration.ofSeconds(2)),
            Duration.ofSeconds(5),
            100);

    @RegisterExtension
    static final BellwireExtension SERVER =
            new BellwireExtension(BellwireOptions.inMemory().withSignals(SHORT_TIMES));

    @Test
    void orderIsSignalledAndIsThenInTheFeed(Bellwire bellwire) {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("grill");
        try (SignalledDevice grill = new SignalledDevice(bellwire.mqtt(), "grill", secret)) {
            await().until(() -> grill.revisions().equals(List.of(0L)));
            String order = operator.order("grill");
            await().until(() -> grill.revisions().contains(1L));

            JsonNode signal = grill.signals.get(1);
            assertEquals(1, signal.get("pending").longValue());
            JsonNode change = operator.feed("grill", secret, "").get(0);
            assertEquals(order, change.get("subject").textValue());
            assertEquals(
                    signal.get("epoch").textValue() + ".1",
                    change.get("id").textValue().substring(0, 12));
            assertEquals(signal.get("oldest_at").textValue(), change.get("time").textValue());
        }
    }

    @Test
    void signalIsRepeatedUntilTheDeviceFetches(Bellwire bellwire) {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("fryer");
        try (SignalledDevice fryer = new SignalledDevice(bellwire.mqtt(), "fryer", secret)) {
            operator.order("fryer");
            await().until(() -> count(fryer, 1) >= 3);

            JsonNode changes = operator.feed("fryer", secret, "");
            operator.acknowledge("fryer", secret, changes.get(0).get("id").textValue());
            await().until(() -> operator.device("fryer").get("pending").longValue() == 0);
            long signalled = count(fryer, 1);
            // a later order is signalled at once, and at most one more signal for the former was on its way
            operator.order("fryer");
            await().until(() -> fryer.revisions().contains(2L));
            assertTrue(count(fryer, 1) <= signalled + 1);
        }
    }

    @Test
    void deviceThatReconnectsGetsASignalForWhatItMissed(Bellwire bellwire) {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("oven");
        new SignalledDevice(bellwire.mqtt(), "oven", secret).close();
        operator.order("oven");
        operator.order("oven");
        try (SignalledDevice oven = new SignalledDevice(bellwire.mqtt(), "oven", secret)) {
            await().until(() -> !oven.signals.isEmpty());
            assertEquals(2, oven.signals.get(0).get("revision").longValue());
            assertEquals(2, oven.signals.get(0).get("pending").longValue());
            JsonNode first = operator.feed("oven", secret, "").get(0);
            assertEquals(
                    first.get("time").textValue(),
                    oven.signals.get(0).get("oldest_at").textValue());
        }
    }

    @Test
    void newConnectionOfADeviceTakesOverAndGetsSignals(Bellwire bellwire) {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("kiosk");
        try (SignalledDevice first = new SignalledDevice(bellwire.mqtt(), "kiosk", secret);
                SignalledDevice second = new SignalledDevice(bellwire.mqtt(), "kiosk", secret)) {
            await().until(() -> !first.isConnected() && !second.signals.isEmpty());
            operator.order("kiosk");
            await().until(() -> second.revisions().contains(1L));
        }
    }

    @Test
    void disabledDeviceIsDisconnectedAndRefused(Bellwire bellwire) {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("locker");
        try (SignalledDevice locker = new SignalledDevice(bellwire.mqtt(), "locker", secret)) {
            operator.disable("locker");
            await().until(() -> !locker.isConnected());
            assertThrows(Mqtt5ConnAckException.class, () -> new SignalledDevice(bellwire.mqtt(), "locker", secret));
        }
    }

    @Test
    void connectionWithTheOldSecretIsClosedWhenTheSecretIsRotated(Bellwire bellwire) {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("printer");
        try (SignalledDevice printer = new SignalledDevice(bellwire.mqtt(), "printer", secret)) {
            String rotated = operator.rotate("printer");
            await().until(() -> !printer.isConnected());
            assertThrows(Mqtt5ConnAckException.class, () -> new SignalledDevice(bellwire.mqtt(), "printer", secret));
            try (SignalledDevice again = new SignalledDevice(bellwire.mqtt(), "printer", rotated)) {
                await().until(() -> again.revisions().contains(0L));
            }
        }
    }

    @Test
    void connectionWithTheOldSecretLastsForTheOverlapAndIsClosedAtItsEnd(Bellwire bellwire) {
        TestOperator operator = new TestOperator(bellwire);
        String secret = operator.register("toaster");
        try (SignalledDevice old = new SignalledDevice(bellwire.mqtt(), "toaster", secret)) {
            String rotated = operator.rotate("toaster", 3_600);
            operator.order("toaster");
            await().until(() -> old.revisions().contains(1L));

            operator.rotate("toaster", 5);
            await().until(() -> !old.isConnected());

            try (SignalledDevice next = new SignalledDevice(bellwire.mqtt(), "toaster", rotated)) {
                await().until(() -> !next.isConnected());
            }
            assertThrows(Mqtt5ConnAckException.class, () -> new SignalledDevice(bellwire.mqtt(), "toaster", rotated));
        }
    }

    @Test
    void restartedServerSignalsChangesCommittedBefore(@TempDir Path folder) {
        BellwireOptions options = BellwireOptions.inFolder(folder).withSignals(SHORT_TIMES);
        String secret;
        try (Bellwire before = Bellwire.start(options)) {
            TestOperator operator = new TestOperator(before);
            secret = operator.register("mixer");
            operator.order("mixer");
        }
        try (Bellwire after = Bellwire.start(options);
                SignalledDevice mixer = new SignalledDevice(after.mqtt(), "mixer", secret)) {
            await().until(() -> mixer.revisions().contains(1L));
            assertFalse(mixer.revisions().contains(0L));
        }
    }

    private static long count(SignalledDevice device, long revision) {
        return device.revisions().stream()
                .filter(received -> received == revision)
                .count();
    }
}
