package io.bellwire.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
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

/** A device's MQTT side on a real client: it remembers its signals, and does nothing about them. Thread-safe. */
final class SignalledDevice implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    final List<JsonNode> signals = new CopyOnWriteArrayList<>();
    private final Mqtt5BlockingClient client;

    /** Connects and subscribes to its signals. */
    SignalledDevice(URI mqtt, String id, String secret) {
        this(mqtt, id, secret, "bellwire/v1/devices/" + id + "/signal");
    }

    /** Connects and subscribes. */
    SignalledDevice(URI mqtt, String id, String secret, String topic) {
        Mqtt5Client built = MqttClient.builder()
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
                .callback(this::heard)
                .send()
                .join();
    }

    private void heard(Mqtt5Publish publish) {
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

    /** The tiers of what it has heard that was no plain signal. */
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
