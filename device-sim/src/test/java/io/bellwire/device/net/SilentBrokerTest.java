package io.bellwire.device.net;

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

/** Brokers that accept connections and send nothing. */
@Timeout(60)
class SilentBrokerTest {
    /** Far less than the clients' own timeouts. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final DeviceCredentials GRILL = new DeviceCredentials(new DeviceId("grill"), "hush");

    private enum Client {
        HIVEMQ_5,
        HIVEMQ_3,
        PAHO
    }

    private final RecordingSignalListener listener = new RecordingSignalListener();
    private final List<String> calls = listener.calls;
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
        Duration timeout = Duration.ofMillis(500);
        return client == Client.PAHO
                ? new PahoSignals(address, timeout)
                : new HiveMqSignals(address, null, client == Client.HIVEMQ_3, null, 1, timeout);
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void connectionToABrokerThatDoesNotAnswerIsClosed(Client client) {
        try (SignalSource signals = source(client, broker.address())) {
            SignalSubscription unused = signals.connect(GRILL, null, listener);

            await().until(() -> calls.size() == 1);
            assertTrue(calls.get(0).startsWith("disconnected "), calls::toString);
            await().atMost(SOON).until(() -> broker.closedByClient() == 1);
        }
        assertEquals(1, broker.accepted());
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void subscriptionThatIsClosedWhileConnectingLeavesNoConnection(Client client) {
        try (SignalSource signals = source(client, broker.address())) {
            SignalSubscription subscription = signals.connect(GRILL, null, listener);
            await().until(() -> broker.accepted() == 1);

            subscription.close();

            await().atMost(SOON).until(() -> broker.closedByClient() == 1);
        }
        assertEquals(List.of(), calls);
    }

    /** The second connection times out after the first would have, so a late failure of the first would show. */
    @ParameterizedTest
    @EnumSource(Client.class)
    void refusedConnectionDoesNotTimeOutAsWell(Client client) throws IOException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        InetSocketAddress nobody = new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 98}),
                broker.address().getPort());
        try (SignalSource refusing = source(client, nobody);
                SignalSource silent = source(client, broker.address())) {
            SignalSubscription refused = refusing.connect(GRILL, null, listener);
            await().until(() -> calls.size() == 1);
            refused.close();

            SignalSubscription unused = silent.connect(GRILL, null, listener);

            await().atMost(SOON).until(() -> broker.closedByClient() == 1);
            assertEquals(List.of(), uncaught);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    /** A broker may change its address while a device runs. */
    @ParameterizedTest
    @EnumSource(Client.class)
    void brokerIsConnectedAtTheAddressThatItsNameHasNow(Client client) throws IOException {
        InetAddress old = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 99});
        int port = broker.address().getPort();
        try (SignalSource signals = source(client, new InetSocketAddress(old, port))) {
            SignalSubscription unused = signals.connect(GRILL, null, listener);

            await().until(() -> broker.accepted() == 1);
        }
    }
}
