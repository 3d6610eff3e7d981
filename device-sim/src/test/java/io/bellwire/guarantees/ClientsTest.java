package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.HiveMqSignals;
import io.bellwire.device.net.PahoSignals;
import io.bellwire.device.net.SignalSource;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs a device with each MQTT client through order, signal, fetch, acknowledgement and reconnection. */
@ExtendWith(BellwireExtension.class)
@Timeout(60)
class ClientsTest {
    /** The MQTT clients. */
    enum Library {
        HIVEMQ_5,
        HIVEMQ_3,
        PAHO_5;

        SignalSource connectTo(InetSocketAddress broker) {
            return switch (this) {
                case HIVEMQ_5 -> new HiveMqSignals(broker, 1);
                case HIVEMQ_3 -> HiveMqSignals.ofVersion3(broker, 1);
                case PAHO_5 -> new PahoSignals(broker);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void deviceIsSignalledReadsAcknowledgesAndReconnects(Library library, Bellwire bellwire) {
        BlockingOperator operator = new BlockingOperator(bellwire);
        try (DevicePool devicePool = new DevicePool(bellwire, library::connectTo)) {
            DeviceCredentials credentials = operator.register("device-" + library);
            KillableDevice device = devicePool.device(credentials).boot();
            List<String> placed = new ArrayList<>();
            await().until(() -> device.receivedRevisions.contains(0L));

            placed.add(operator.order(credentials));
            await().until(() -> device.applied().equals(placed));
            await().until(() -> operator.pending(credentials) == 0);
            assertTrue(device.receivedRevisions.contains(1L));

            int skipped = device.fetchesSkipped.get();
            device.kill();
            device.boot();
            await().until(() -> device.fetchesSkipped.get() > skipped);

            device.kill();
            placed.add(operator.order(credentials));
            placed.add(operator.order(credentials));
            placed.add(operator.order(credentials));
            device.boot();
            await().until(() -> device.applied().equals(placed));
            await().until(() -> operator.pending(credentials) == 0);

            placed.add(operator.order(credentials));
            await().until(() -> device.applied().equals(placed));
        }
    }
}
