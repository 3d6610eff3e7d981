package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.admission.FailedLogins;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final List<String> BROKER_THREADS =
            List.of("mqtt", "Session Executor", "pool-", "com.hivemq", "globalEventExecutor");

    @Test
    void takenPortIsOneClearErrorAndLeavesNoThread() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Set<Thread> before = threads();
            BindException refused = assertThrows(BindException.class, () -> start("127.0.0.1", taken.getLocalPort()));
            assertTrue(refused.getMessage().contains("127.0.0.1:" + taken.getLocalPort()), refused.getMessage());
            await().until(() -> before.containsAll(threads()));
        }
    }

    @Test
    void foreignHostIsTheSameError() {
        assertThrows(BindException.class, () -> start("192.0.2.1", 0));
        assertThrows(BindException.class, () -> start("no.such.host.invalid", 0));
    }

    @Test
    void closedBrokerLeavesNoThreadAndNoPort() throws Exception {
        Set<Thread> before = threads();
        TestBroker broker = new TestBroker(
                TestBroker.options().watchdogInterval(Duration.ofMillis(50)).build());
        await().until(() -> broker.canaryRounds() > 0);
        int port = broker.address().getPort();
        RawClient client = new RawClient(broker.address());
        client.send(Packets.connect("grill").mqtt5().bytes());
        assertEquals(0, client.read().code(1));
        broker.close();
        assertEquals(0x8B, client.read().code(0), "server shutting down");
        assertTrue(client.isClosedByBroker());
        assertEquals(List.of("-grill"), broker.events);
        client.closeSocket();
        await().until(() -> before.containsAll(threads()));
        broker.close();
        try (TestBroker next = new TestBroker(TestBroker.options().port(port).build())) {
            RawClient.device(next.address(), "grill").closeSocket();
        }
    }

    @Test
    void closedBrokerStillAnswersItsCaller() {
        TestBroker broker = new TestBroker();
        broker.close();
        assertEquals(SignalBroker.Handover.NOT_SUBSCRIBED, broker.publish("grill", "{}"));
        broker.broker().disconnect(new DeviceId("grill"));
        assertEquals(
                "the MQTT broker does not listen", broker.broker().problem().orElseThrow());
    }

    @Test
    void twoBrokersInOneProcessDoNotMix() throws Exception {
        try (TestBroker one = new TestBroker();
                TestBroker other = new TestBroker();
                RawClient grill = RawClient.device(one.address(), "grill")) {
            assertEquals(0, grill.subscribe(TestBroker.topicOf("grill")));
            assertEquals(SignalBroker.Handover.NOT_SUBSCRIBED, other.publish("grill", "{}"));
            assertEquals(SignalBroker.Handover.WRITTEN, one.publish("grill", "{}"));
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> BROKER_THREADS.stream().anyMatch(thread.getName()::startsWith))
                .collect(Collectors.toSet());
    }

    private static EmbeddedBroker start(String host, int port) throws BindException {
        SessionListener nobody = new SessionListener() {
            @Override
            public void connected(DeviceId device, DoorbellKind kind) {}

            @Override
            public void subscribed(DeviceId device, String topic, DoorbellKind kind) {}

            @Override
            public void disconnected(DeviceId device) {}
        };
        return EmbeddedBroker.start(
                BrokerOptions.builder().host(host).port(port).build(),
                new DeviceServices(
                        (device, secret) -> CompletableFuture.completedFuture(false),
                        new FailedLogins(
                                FailedLoginLimits.DEFAULT, new Stopwatch(System::nanoTime), new SimpleMeterRegistry()),
                        DeviceTopics.SIGNALS_ONLY,
                        nobody,
                        null),
                new SimpleMeterRegistry(),
                Clock.systemUTC(),
                new SecureRandom());
    }
}
