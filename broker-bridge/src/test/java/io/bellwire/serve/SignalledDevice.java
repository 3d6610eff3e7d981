package io.bellwire.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real MQTT client of a device, which records its signals and does nothing about them. Thread-safe. */
final class SignalledDevice implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final List<JsonNode> signals = new CopyOnWriteArrayList<>();
    private final Mqtt5BlockingClient client;

    /** Connects and subscribes to the device's signals. */
    SignalledDevice(URI mqtt, String id, String secret) {
        this(mqtt, id, secret, "bellwire/v1/devices/" + id + "/signal");
    }

    /** Connects and subscribes to {@code topic}. */
    SignalledDevice(URI mqtt, String id, String secret, String topic) {
        MqttClientBuilder builder = MqttClient.builder();
        Mqtt5Client built = (mqtt.getScheme().equals("ws")
                        ? builder.webSocketConfig()
                                .serverPath(mqtt.getPath().substring(1))
                                .applyWebSocketConfig()
                        : builder)
                .useMqttVersion5()
                .identifier(id)
                .serverHost(mqtt.getHost())
                .serverPort(mqtt.getPort())
                .simpleAuth()
                .username(id)
                .password(secret.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .build();
        client = built.toBlocking();
        client.connect();
        built.toAsync()
                .subscribeWith()
                .topicFilter(topic)
                .qos(MqttQos.AT_MOST_ONCE)
                .callback(this::received)
                .send()
                .join();
    }

    private void received(Mqtt5Publish publish) {
        try {
            signals.add(JSON.readTree(publish.getPayloadAsBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Long> revisions() {
        return signals.stream()
                .map(signal -> signal.get("revision").longValue())
                .toList();
    }

    /** The tiers of the messages that were no plain signals. */
    List<String> tiers() {
        return signals.stream()
                .filter(signal -> signal.has("tier"))
                .map(signal -> signal.get("tier").textValue())
                .toList();
    }

    boolean isConnected() {
        return client.getState() == MqttClientState.CONNECTED;
    }

    @Override
    public void close() {
        if (isConnected()) {
            client.disconnect();
        }
    }
}
