package io.bellwire.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Brokers that take connections and say nothing on them. */
@Timeout(60)
class SilentBrokerTest {
    /** Far less than the clients would take by themselves. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final DeviceCredentials GRILL = new DeviceCredentials(new DeviceId("grill"), "hush");

    private enum Client {
        HIVEMQ_5,
        HIVEMQ_3,
        PAHO
    }

    private final RecordingSignalListener ear = new RecordingSignalListener();
    private final List<String> told = ear.told;
    private SilentServer broker;

    @BeforeEach
    void start() throws IOException {
        broker = new SilentServer();
    }

    @AfterEach
    void stop() throws IOException {
        broker.close();
    }

    private SignalSource source(Client client, InetSocketAddress address) {
        Duration patience = Duration.ofMillis(500);
        return client == Client.PAHO
                ? new PahoSignals(address, patience)
                : new HiveMqSignals(address, null, client == Client.HIVEMQ_3, 1, patience);
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void brokerThatDoesNotAnswerIsGivenUpAndItsConnectionClosed(Client client) {
        try (SignalSource signals = source(client, broker.address())) {
            SignalSource.Call unused = signals.dial(GRILL, null, ear);

            await().until(() -> told.size() == 1);
            assertTrue(told.get(0).startsWith("cut "), told::toString);
            await().atMost(SOON).until(() -> broker.left() == 1);
        }
        assertEquals(1, broker.accepted());
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void whoHangsUpWhileItDialsLeavesNoConnection(Client client) {
        try (SignalSource signals = source(client, broker.address())) {
            SignalSource.Call call = signals.dial(GRILL, null, ear);
            await().until(() -> broker.accepted() == 1);

            call.hangUp();

            await().atMost(SOON).until(() -> broker.left() == 1);
        }
        assertEquals(List.of(), told);
    }

    /** A second connection is given up after the first would have been, so nothing of the first comes later. */
    @ParameterizedTest
    @EnumSource(Client.class)
    void connectionThatWasRefusedIsNotGivenUpOnceMore(Client client) throws IOException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        InetSocketAddress nobody = new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 98}),
                broker.address().getPort());
        try (SignalSource refusing = source(client, nobody);
                SignalSource silent = source(client, broker.address())) {
            SignalSource.Call refused = refusing.dial(GRILL, null, ear);
            await().until(() -> told.size() == 1);
            refused.hangUp();

            SignalSource.Call unused = silent.dial(GRILL, null, ear);

            await().atMost(SOON).until(() -> broker.left() == 1);
            assertEquals(List.of(), uncaught);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /** A device runs for longer than its broker stays at one address. */
    @ParameterizedTest
    @EnumSource(Client.class)
    void brokerIsLookedForAtTheAddressThatItsNameHasNow(Client client) throws IOException {
        InetAddress old = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 99});
        int port = broker.address().getPort();
        try (SignalSource signals = source(client, new InetSocketAddress(old, port))) {
            SignalSource.Call unused = signals.dial(GRILL, null, ear);

            await().until(() -> broker.accepted() == 1);
        }
    }
}
