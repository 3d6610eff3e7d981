package io.bellwire.broker;

import io.bellwire.broker.SignalBroker.Handover;
import io.moquette.broker.Publication;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Writes signals directly to the connections of devices, without Moquette: the least that a signal can cost. */
final class DirectSignalWriter implements SignalBench.SignalPath {
    private static final MqttFixedHeader PUBLISH =
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_MOST_ONCE, false, 0);

    private final MqttProperties properties = OutgoingSignal.properties(60);
    private final Map<String, ChannelHandlerContext> contexts = new HashMap<>();

    /** @param devices all connected and subscribed */
    DirectSignalWriter(BrokerRun run, List<String> devices) {
        for (String device : devices) {
            Probe probe = new Probe(device);
            run.publish(List.of(probe));
            contexts.put(device, probe.channel.join().pipeline().context(ConnectionGuard.class));
        }
    }

    @Override
    public void handOver(List<String> devices, byte[] payload, List<CompletableFuture<Handover>> handovers) {
        for (int i = 0; i < devices.size(); i++) {
            String topic = SignalTopic.ofClient(devices.get(i));
            ChannelHandlerContext context = contexts.get(devices.get(i));
            CompletableFuture<Handover> handover = handovers.get(i);
            context.executor().execute(() -> handover.complete(write(context, topic, payload)));
        }
    }

    private Handover write(ChannelHandlerContext context, String topic, byte[] payload) {
        if (!context.channel().isWritable()) {
            return Handover.CONGESTED;
        }
        var unused = context.writeAndFlush(new MqttPublishMessage(
                PUBLISH, new MqttPublishVariableHeader(topic, 0, properties), Unpooled.wrappedBuffer(payload)));
        return Handover.WRITTEN;
    }

    /** A publication that the guard drops; it finds out the channel. */
    private record Probe(String clientId, CompletableFuture<Channel> channel) implements Publication {
        private Probe(String clientId) {
            this(clientId, new CompletableFuture<>());
        }

        @Override
        public MqttPublishMessage message() {
            return new MqttPublishMessage(
                    PUBLISH,
                    new MqttPublishVariableHeader(SignalTopic.ofClient(clientId), 0, MqttProperties.NO_PROPERTIES),
                    Unpooled.copiedBuffer("probe", StandardCharsets.UTF_8));
        }

        @Override
        public void notSubscribed() {
            channel.completeExceptionally(new IllegalStateException(clientId + " is not subscribed"));
        }

        @Override
        public void failed() {
            channel.completeExceptionally(new IllegalStateException("could not be published to " + clientId));
        }

        @Override
        public void published(Channel published) {
            channel.complete(published);
        }
    }
}
