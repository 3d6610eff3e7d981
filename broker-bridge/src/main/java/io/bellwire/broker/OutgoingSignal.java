package io.bellwire.broker;

import io.bellwire.broker.SignalBroker.Handover;
import io.moquette.broker.Publication;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One signal that Moquette publishes to one client. Moquette does not report what it has written to a connection and
 * what it has dropped. So the payload of the message refers to its signal, and every copy that Moquette makes of the
 * message still contains this payload; when the guard of the connection sees the message pass, the signal counts as
 * written. Thread-safe.
 */
final class OutgoingSignal implements Publication {
    private static final MqttFixedHeader PUBLISH =
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_MOST_ONCE, false, 0);
    /**
     * The most that PUBLISH adds to topic and payload: headers, lengths, the properties below and a subscription id.
     */
    private static final int OVERHEAD_BYTES = 64;

    private final String clientId;
    private final String topic;
    private final byte[] payload;
    private final MqttProperties properties;
    private final CompletableFuture<Handover> handover;

    /**
     * @param properties from {@link #properties}; may be shared
     * @param handover completed with the outcome
     */
    OutgoingSignal(
            String clientId,
            String topic,
            byte[] payload,
            MqttProperties properties,
            CompletableFuture<Handover> handover) {
        this.clientId = clientId;
        this.topic = topic;
        this.payload = payload;
        this.properties = properties;
        this.handover = handover;
    }

    /** The properties that MQTT 5 clients get with a signal; the encoder leaves them out for other clients. */
    static MqttProperties properties(int expirySeconds) {
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), 1));
        properties.add(new IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), expirySeconds));
        properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), "application/json"));
        return properties;
    }

    /** The signal in this message of Moquette's; null if it contains none. */
    static @Nullable OutgoingSignal of(MqttPublishMessage message) {
        ByteBuf buffer = message.payload();
        while (buffer.unwrap() != null) {
            buffer = buffer.unwrap();
        }
        return buffer instanceof Payload known ? known.signal : null;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public MqttPublishMessage message() {
        return new MqttPublishMessage(PUBLISH, new MqttPublishVariableHeader(topic, 0, properties), new Payload(this));
    }

    /**
     * Sends Moquette's message, and releases it. On the connection's event loop.
     *
     * @param maxPacketBytes the longest packet that the client takes; Moquette does not check it
     */
    void send(MqttPublishMessage message, ChannelHandlerContext context, long maxPacketBytes) {
        // several signals may have passed Moquette's own check at the same time, and would pile up
        if (!context.channel().isWritable()) {
            message.release();
            published(context.channel());
        } else if (topic.length() + payload.length + OVERHEAD_BYTES > maxPacketBytes) {
            message.release();
            failed();
        } else {
            ChannelFuture written = context.writeAndFlush(message);
            handover.complete(written.isDone() && !written.isSuccess() ? Handover.FAILED : Handover.WRITTEN);
        }
    }

    @Override
    public void notSubscribed() {
        handover.complete(Handover.NOT_SUBSCRIBED);
    }

    @Override
    public void failed() {
        handover.complete(Handover.FAILED);
    }

    /** A signal that was not sent by now never will be: Moquette does not write to a channel that is full or closed. */
    @Override
    public void published(Channel channel) {
        handover.complete(channel.isActive() ? Handover.CONGESTED : Handover.NOT_SUBSCRIBED);
    }

    /** The payload of a signal, not copied, with a reference to the signal. */
    private static final class Payload extends UnpooledHeapByteBuf {
        private final OutgoingSignal signal;

        private Payload(OutgoingSignal signal) {
            super(UnpooledByteBufAllocator.DEFAULT, signal.payload, signal.payload.length);
            this.signal = signal;
        }
    }
}
