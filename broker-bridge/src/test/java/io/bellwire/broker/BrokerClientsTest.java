package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import io.bellwire.broker.SignalBroker.Handover;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the same day of a device with every client library, over TCP and over WebSocket. */
class BrokerClientsTest {
    private static final String SIGNAL = "{\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":3}";
    private static final long TIMEOUT_SECONDS = 10;

    private final TestBroker broker = new TestBroker();

    @AfterEach
    void stop() {
        broker.close();
    }

    static Stream<Library> libraries() {
        return Stream.of(
                new HiveMq5(false),
                new HiveMq5(true),
                new HiveMq3(false),
                new HiveMq3(true),
                new Paho5(false),
                new Paho5(true));
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void deviceGetsItsOwnSignalsAndNothingElse(Library library) throws Exception {
        assertFalse(library.connect(broker.address(library.isOverWebSocket()), "grill", "wrong"), "a wrong secret");
        assertTrue(library.connect(broker.address(library.isOverWebSocket()), "grill", TestBroker.secretOf("grill")));
        assertFalse(library.subscribe(TestBroker.topicOf("fryer")), "another device's topic");
        assertFalse(library.subscribe("#"), "everything");
        assertTrue(library.subscribe(TestBroker.topicOf("grill")));
        await().until(() -> broker.events.contains("+grill"));

        assertEquals(Handover.WRITTEN, broker.publish("grill", SIGNAL));
        assertEquals(SIGNAL, library.nextSignal());
        if (library.isMqtt5()) {
            assertEquals("application/json, 60 s", library.properties());
        }

        library.disconnect();
        await().until(() -> broker.events.contains("-grill"));
        assertTrue(
                library.connect(broker.address(library.isOverWebSocket()), "grill", TestBroker.secretOf("grill")),
                "again");
        assertTrue(library.subscribe(TestBroker.topicOf("grill")));
        assertEquals(Handover.WRITTEN, broker.publish("grill", SIGNAL));
        assertEquals(SIGNAL, library.nextSignal());
        library.disconnect();
    }

    /** The operations that the test needs of a library. */
    private abstract static class Library {
        final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        volatile String properties = "";
        private final boolean overWebSocket;

        Library(boolean overWebSocket) {
            this.overWebSocket = overWebSocket;
        }

        boolean isOverWebSocket() {
            return overWebSocket;
        }

        abstract boolean isMqtt5();

        abstract boolean connect(InetSocketAddress broker, String device, String secret) throws Exception;

        abstract boolean subscribe(String filter) throws Exception;

        abstract void disconnect() throws Exception;

        /** A builder of HiveMQ's with the address of the broker. */
        MqttClientBuilder builder(InetSocketAddress broker) {
            MqttClientBuilder builder = MqttClient.builder().serverAddress(broker);
            return overWebSocket ? builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig() : builder;
        }

        String nextSignal() throws InterruptedException {
            return received.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }

        String properties() {
            return properties;
        }

        @Override
        public String toString() {
            return getClass().getSimpleName() + (overWebSocket ? " over WebSocket" : "");
        }
    }

    private static final class HiveMq5 extends Library {
        private Mqtt5BlockingClient client;

        HiveMq5(boolean overWebSocket) {
            super(overWebSocket);
        }

        @Override
        boolean isMqtt5() {
            return true;
        }

        @Override
        boolean connect(InetSocketAddress broker, String device, String secret) {
            Mqtt5ClientBuilder builder = builder(broker)
                    .useMqttVersion5()
                    .identifier(device)
                    .simpleAuth()
                    .username(device)
                    .password(secret.getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
            client = builder.buildBlocking();
            client.toAsync().publishes(MqttGlobalPublishFilter.ALL, publish -> {
                properties = publish.getContentType().orElseThrow() + ", "
                        + publish.getMessageExpiryInterval().orElseThrow() + " s";
                received.add(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8));
            });
            try {
                client.connect();
                return true;
            } catch (Mqtt5ConnAckException refused) {
                return false;
            }
        }

        @Override
        boolean subscribe(String filter) {
            try {
                client.subscribeWith().topicFilter(filter).send();
                return true;
            } catch (Mqtt5SubAckException refused) {
                return false;
            }
        }

        @Override
        void disconnect() {
            client.disconnect();
        }
    }

    private static final class HiveMq3 extends Library {
        private Mqtt3BlockingClient client;

        HiveMq3(boolean overWebSocket) {
            super(overWebSocket);
        }

        @Override
        boolean isMqtt5() {
            return false;
        }

        @Override
        boolean connect(InetSocketAddress broker, String device, String secret) {
            Mqtt3ClientBuilder builder = builder(broker)
                    .useMqttVersion3()
                    .identifier(device)
                    .simpleAuth()
                    .username(device)
                    .password(secret.getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
            client = builder.buildBlocking();
            client.toAsync()
                    .publishes(
                            MqttGlobalPublishFilter.ALL,
                            publish -> received.add(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)));
            try {
                client.connect();
                return true;
            } catch (Mqtt3ConnAckException refused) {
                return false;
            }
        }

        @Override
        boolean subscribe(String filter) {
            try {
                client.subscribeWith().topicFilter(filter).send();
                return true;
            } catch (Mqtt3SubAckException refused) {
                return false;
            }
        }

        @Override
        void disconnect() {
            client.disconnect();
        }
    }

    private static final class Paho5 extends Library {
        private MqttAsyncClient client;

        Paho5(boolean overWebSocket) {
            super(overWebSocket);
        }

        @Override
        boolean isMqtt5() {
            return true;
        }

        @Override
        boolean connect(InetSocketAddress broker, String device, String secret) throws MqttException {
            client = new MqttAsyncClient(
                    (isOverWebSocket()
                            ? "ws://127.0.0.1:" + broker.getPort() + "/mqtt"
                            : "tcp://127.0.0.1:" + broker.getPort()),
                    device,
                    new MemoryPersistence());
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName(device);
            options.setPassword(secret.getBytes(StandardCharsets.UTF_8));
            options.setCleanStart(true);
            try {
                client.connect(options).waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
                return true;
            } catch (MqttException refused) {
                return false;
            }
        }

        @Override
        boolean subscribe(String filter) {
            IMqttMessageListener listener = (topic, message) -> {
                properties = message.getProperties().getContentType() + ", "
                        + message.getProperties().getMessageExpiryInterval() + " s";
                received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
            };
            try {
                IMqttToken token = client.subscribe(
                        new MqttSubscription[] {new MqttSubscription(filter, 1)},
                        null,
                        null,
                        new IMqttMessageListener[] {listener},
                        new MqttProperties());
                token.waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
                return token.getReasonCodes()[0] == 0;
            } catch (MqttException | IllegalArgumentException refused) {
                // the library itself refuses a wildcard, since CONNACK says that there are none
                return false;
            }
        }

        @Override
        void disconnect() throws MqttException {
            client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        }
    }
}
