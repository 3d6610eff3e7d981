package io.bellwire.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.bellwire.device.Cursor;
import io.bellwire.device.Signal;
import io.bellwire.net.Identity;
import io.bellwire.net.MqttSignals;
import io.bellwire.net.SignalSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Signals for a device that speaks MQTT 3.1.1. */
final class HiveMq3Signals implements SignalSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InetSocketAddress broker;

    HiveMq3Signals(InetSocketAddress broker) {
        this.broker = broker;
    }

    @Override
    public Call dial(Identity who, @Nullable Cursor place, Ear ear) {
        Mqtt3AsyncClient client = MqttClient.builder()
                .useMqttVersion3()
                .identifier(who.id().value())
                .serverAddress(broker)
                .simpleAuth()
                .username(who.id().value())
                .password(who.secret().getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .addDisconnectedListener(gone -> ear.cut(gone.getCause().toString()))
                .buildAsync();
        CompletableFuture<?> unused = client.connectWith()
                .cleanSession(true)
                .send()
                .thenCompose(connected -> client.subscribeWith()
                        .topicFilter(MqttSignals.topicOf(who))
                        .qos(MqttQos.AT_MOST_ONCE)
                        .callback(message -> ear.heard(signal(message)))
                        .send())
                .thenRun(ear::listening);
        return () -> {
            CompletableFuture<?> ignored = client.disconnect();
        };
    }

    private static Signal signal(Mqtt3Publish message) {
        try {
            JsonNode signal = JSON.readTree(message.getPayloadAsBytes());
            return new Signal(
                    signal.get("epoch").textValue(), signal.get("revision").longValue());
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    @Override
    public void close() {}
}
