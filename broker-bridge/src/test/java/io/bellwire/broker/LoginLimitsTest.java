package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How often clients may log in, with the right secret and with wrong ones, all from one address. */
class LoginLimitsTest {
    private static final int RATE_EXCEEDED = 0x9F;
    private static final int CLIENT_PACKET_BYTES_MAX = 0x27;

    private final AtomicInteger lookUps = new AtomicInteger();

    private TestBroker broker(BrokerOptions options) {
        return new TestBroker(options, (device, secret) -> {
            lookUps.incrementAndGet();
            return CompletableFuture.completedFuture(
                    new String(secret, StandardCharsets.UTF_8).equals(TestBroker.secretOf(device.value())));
        });
    }

    private static RawClient.Packet connect(TestBroker broker, Packets.Connect connect) throws IOException {
        try (RawClient client = new RawClient(broker.address())) {
            client.send(connect.bytes());
            return client.read();
        }
    }

    /** Guesses secrets of different devices until the broker does not look them up any more. */
    private void guess(TestBroker broker) throws IOException {
        for (int i = 0; i < 1_000; i++) {
            RawClient.Packet answer =
                    connect(broker, Packets.connect("device-" + i).mqtt5().secret("guessed"));
            if (answer.code(1) == RATE_EXCEEDED) {
                return;
            }
            assertEquals(0x86, answer.code(1));
        }
        throw new AssertionError("1000 secrets were guessed, and all were looked up");
    }

    @Test
    void guarantee6DeviceThatLogsInOverAndOverHasToWaitAndOthersDoNot() throws Exception {
        try (TestBroker broker = broker(TestBroker.options()
                .loginRatePerDevice(1)
                .loginBurstPerDevice(3)
                .build())) {
            int refused = 0;
            for (int i = 0; i < 100; i++) {
                RawClient.Packet answer =
                        connect(broker, Packets.connect("grill").mqtt5());
                if (answer.code(1) == RATE_EXCEEDED) {
                    refused++;
                    assertTrue(answer.text().contains("logs in too often"), answer.text());
                }
            }
            assertTrue(refused > 50, refused + " of 100 logins were refused");
            assertEquals(refused, broker.refused(ConnectionRefusal.LOGIN_RATE));
            assertEquals(0, connect(broker, Packets.connect("fryer")).code(1));
            await().until(() -> connect(broker, Packets.connect("grill")).code(1) == 0);
        }
    }

    @Test
    void guarantee6NobodyElseCanUseUpTheLoginsOfADevice() throws Exception {
        try (TestBroker broker = broker(TestBroker.options()
                .loginRatePerDevice(1)
                .loginBurstPerDevice(1)
                .build())) {
            for (int i = 0; i < 20; i++) {
                assertEquals(
                        4,
                        connect(broker, Packets.connect("grill").secret("guess-" + i))
                                .code(1));
            }
            assertEquals(0, connect(broker, Packets.connect("grill")).code(1));
        }
    }

    @Test
    void guarantee6SecretsAreNotLookedUpForWhoeverGuessesAndKnownDevicesComeIn() throws Exception {
        try (TestBroker broker = broker(TestBroker.options().build())) {
            assertEquals(0, connect(broker, Packets.connect("grill")).code(1));
            guess(broker);
            int before = lookUps.get();

            RawClient.Packet refused =
                    connect(broker, Packets.connect("any").mqtt5().secret("guess"));

            assertEquals(RATE_EXCEEDED, refused.code(1));
            assertTrue(refused.text().contains("too many failed logins"), refused.text());
            assertEquals(
                    3, connect(broker, Packets.connect("grill").secret("guess")).code(1));
            assertEquals(before, lookUps.get());
            assertTrue(broker.refused(ConnectionRefusal.FAILED_LOGINS) >= 3);
            assertEquals(0, connect(broker, Packets.connect("grill")).code(1));
            await().until(() -> connect(broker, Packets.connect("fryer")).code(1) == 0);
        }
    }

    @Test
    void secretsOfCanariesCannotBeGuessedForNothing() throws Exception {
        try (TestBroker broker = broker(TestBroker.options().build())) {
            for (int i = 0; i < 20; i++) {
                Packets.Connect guess =
                        Packets.connect("grill").clientId("~canary-0").user("~canary-0");
                assertEquals(4, connect(broker, guess.secret("guess-" + i)).code(1));
            }
            assertEquals(20, broker.counted("bellwire.logins.failed"));
            assertEquals(0, lookUps.get());
        }
    }

    @Test
    void reasonSaysWhatToChangeUnlessTheClientTakesOnlyShortPackets() throws Exception {
        try (TestBroker broker = broker(TestBroker.options().build())) {
            RawClient.Packet wrong =
                    connect(broker, Packets.connect("grill").mqtt5().secret("old"));
            assertTrue(
                    wrong.text().contains("the secret is wrong or missing, or the device is disabled"), wrong.text());
            RawClient.Packet will =
                    connect(broker, Packets.connect("grill").mqtt5().will("t", "m", 0));
            assertTrue(will.text().contains("connect without a last will"), will.text());
            RawClient.Packet brief = connect(
                    broker,
                    Packets.connect("grill")
                            .properties(CLIENT_PACKET_BYTES_MAX, 0, 0, 0, 100)
                            .secret("old"));
            assertEquals(0x86, brief.code(1));
            assertFalse(brief.text().contains("secret"), brief.text());
            RawClient.Packet older = connect(broker, Packets.connect("grill").secret("old"));
            assertEquals(2, older.length(), "MQTT 3.1.1 has no reasons");
        }
    }

    @Test
    void closedConnectionGetsAReasonToo() throws Exception {
        try (TestBroker broker = broker(TestBroker.options().build());
                RawClient client = new RawClient(broker.address())) {
            client.send(Packets.connect("grill").mqtt5().bytes());
            assertEquals(0, client.read().code(1));
            client.send(Packets.connect("grill").mqtt5().bytes());
            RawClient.Packet last = client.read();
            assertEquals(0x82, last.code(0));
            assertTrue(last.text().contains("send CONNECT only once"), last.text());
        }
    }
}
