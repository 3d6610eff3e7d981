package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.HiveMqSignals;
import io.bellwire.net.PahoSignals;
import io.bellwire.net.SignalSource;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device's day with each MQTT client: order, signal, fetch, acknowledgement, reconnection. */
@ExtendWith(BellwireExtension.class)
@Timeout(60)
class ClientsTest {
    /** The clients. */
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
    void deviceIsRungReadsAcknowledgesAndComesBack(Library library, Bellwire bellwire) {
        BackOffice office = new BackOffice(bellwire);
        try (Site site = new Site(bellwire, library::connectTo)) {
            DeviceCredentials who = office.register("device-" + library);
            FieldDevice device = site.device(who).boot();
            List<String> placed = new ArrayList<>();
            await().until(() -> device.rung.contains(0L));

            placed.add(office.order(who));
            await().until(() -> device.applied().equals(placed));
            await().until(() -> office.pending(who) == 0);
            assertTrue(device.rung.contains(1L));

            int skipped = device.pollsSkipped.get();
            device.kill();
            device.boot();
            await().until(() -> device.pollsSkipped.get() > skipped);

            device.kill();
            placed.add(office.order(who));
            placed.add(office.order(who));
            placed.add(office.order(who));
            device.boot();
            await().until(() -> device.applied().equals(placed));
            await().until(() -> office.pending(who) == 0);

            placed.add(office.order(who));
            await().until(() -> device.applied().equals(placed));
        }
    }
}
