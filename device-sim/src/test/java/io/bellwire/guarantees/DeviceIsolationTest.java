package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.MqttSignals;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows guarantee 6: a device reads, writes and receives only what is its own. */
@ExtendWith(BellwireExtension.class)
@Timeout(60)
class DeviceIsolationTest {
    private final Bellwire bellwire;
    private final BlockingOperator operator;
    private DeviceCredentials victim;
    private DeviceCredentials intruder;

    DeviceIsolationTest(Bellwire bellwire) {
        this.bellwire = bellwire;
        this.operator = new BlockingOperator(bellwire);
    }

    @BeforeEach
    void register(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        victim = operator.register("victim-of-" + name.hashCode());
        intruder = operator.register("thief-" + name.hashCode());
    }

    @Test
    void guarantee6DeviceCannotReadOrWriteAnothersOverHttp() {
        String order = operator.order(victim);
        String own = "/v1/devices/" + victim.id();
        String cursor = operator.send("GET", own + "/feed", "", victim.secret())
                .headers()
                .firstValue("Bellwire-Cursor")
                .orElseThrow();

        assertEquals(403, status("GET", own + "/feed", ""));
        assertEquals(403, status("GET", own + "/feed?wait_ms=1", ""));
        assertEquals(403, status("GET", own + "/orders", ""));
        assertEquals(403, status("GET", own, ""));
        assertEquals(403, status("POST", own + "/acks", "{\"processed\":\"" + cursor + "\"}"));
        assertEquals(403, status("POST", own + "/secret", ""));
        assertEquals(403, status("PUT", own, ""));
        assertEquals(403, status("DELETE", own, ""));
        assertEquals(403, status("POST", "/v1/orders", "{\"device_id\":\"" + victim.id() + "\"}"));
        int read = status("GET", "/v1/orders/" + order, "");
        assertTrue(read == 403 || read == 404, () -> "reading another's order: " + read);

        assertEquals(1, operator.pending(victim), "nothing was acknowledged in its name");
        assertEquals(
                200,
                operator.send("POST", own + "/acks", "{\"processed\":\"" + cursor + "\"}", victim.secret())
                        .statusCode(),
                "its secret is still its own, and what was refused to the other is not refused to it");
    }

    private int status(String method, String path, String body) {
        return operator.send(method, path, body, intruder.secret()).statusCode();
    }

    @Test
    void guarantee6DeviceCannotConnectAsAnother() {
        assertThrows(Mqtt5ConnAckException.class, () -> client(victim, victim, intruder.secret())
                .connect());
        assertThrows(Mqtt5ConnAckException.class, () -> client(victim, intruder, intruder.secret())
                .connect());
        assertThrows(Mqtt5ConnAckException.class, () -> client(intruder, victim, intruder.secret())
                .connect());
    }

    @Test
    void guarantee6DeviceCannotReceiveSignalsOfAnother() {
        List<Mqtt5Publish> received = new CopyOnWriteArrayList<>();
        Mqtt5BlockingClient eavesdropper = client(intruder, intruder, intruder.secret());
        eavesdropper.toAsync().publishes(MqttGlobalPublishFilter.ALL, received::add);
        eavesdropper.connect();
        for (String filter : List.of(
                MqttSignals.topicOf(victim),
                "bellwire/v1/devices/+/signal",
                "bellwire/#",
                "#",
                "+/+/+/+/+",
                "$share/group/" + MqttSignals.topicOf(victim))) {
            assertThrows(Exception.class, () -> subscribe(eavesdropper, filter), filter);
        }
        Mqtt5BlockingClient own = client(intruder, intruder, intruder.secret());
        own.toAsync().publishes(MqttGlobalPublishFilter.ALL, received::add);
        own.connect();
        subscribe(own, MqttSignals.topicOf(intruder));

        try (DevicePool devicePool = new DevicePool(bellwire)) {
            KillableDevice receiver = devicePool.device(victim).boot();
            String order = operator.order(victim);
            await().until(() -> receiver.applied().contains(order));
            // a later signal on the same connection: all signals before it have arrived by then
            operator.order(intruder);
            await().until(() ->
                    received.stream().anyMatch(signal -> text(signal).contains("\"revision\":1")));
        }

        received.forEach(signal ->
                assertEquals(MqttSignals.topicOf(intruder), signal.getTopic().toString()));
        own.disconnect();
    }

    @Test
    void guarantee6DeviceCannotSignalAnother() {
        try (DevicePool devicePool = new DevicePool(bellwire)) {
            KillableDevice receiver = devicePool.device(victim).boot();
            await().until(() -> !receiver.receivedRevisions.isEmpty());
            for (String topic : List.of(MqttSignals.topicOf(victim), MqttSignals.topicOf(intruder))) {
                Mqtt5BlockingClient forger = client(intruder, intruder, intruder.secret());
                forger.connect();
                CompletableFuture<?> sent = forger.toAsync()
                        .publishWith()
                        .topic(topic)
                        .payload("{\"epoch\":\"forged0000\",\"revision\":99,\"pending\":99}"
                                .getBytes(StandardCharsets.US_ASCII))
                        .send();
                await(topic).until(() -> forger.getState() == MqttClientState.DISCONNECTED);
                assertTrue(sent.isDone());
            }
            String order = operator.order(victim);
            await().until(() -> receiver.applied().contains(order));

            assertFalse(receiver.receivedRevisions.contains(99L));
        }
    }

    private static String text(Mqtt5Publish signal) {
        return new String(signal.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    private static void subscribe(Mqtt5BlockingClient client, String filter) throws Mqtt5SubAckException {
        if (client.getState() != MqttClientState.CONNECTED) {
            client.connect();
        }
        client.subscribeWith().topicFilter(filter).send();
    }

    private Mqtt5BlockingClient client(DeviceCredentials clientId, DeviceCredentials user, String secret) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientId.id().value())
                .serverHost(bellwire.mqtt().getHost())
                .serverPort(bellwire.mqtt().getPort())
                .simpleAuth()
                .username(user.id().value())
                .password(secret.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }
}
