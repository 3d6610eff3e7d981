package io.bellwire.broker;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.registry.DeviceId;
import io.netty.buffer.Unpooled;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one connection that can be rung. It writes PUBLISH to the channel itself and not through Moquette's session:
 * that drops what does not fit without a word, and looks the client up again in a queue that others can fill; here the
 * answer is exact, and neither a full nor a dead loop stands between a device and its signal. Thread-safe.
 */
final class Doorbell {
    private static final Logger LOG = LoggerFactory.getLogger(Doorbell.class);
    private static final MqttFixedHeader PUBLISH =
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_MOST_ONCE, false, 0);
    /** What PUBLISH adds to topic and payload at most: headers, lengths and the properties below. */
    private static final int OVERHEAD_BYTES = 64;

    private final ChannelHandlerContext context;
    private final Login login;
    private final Consumer<Refusal> closer;
    private final @Nullable DeviceId device;
    private final String topic;
    private final int messageExpirySeconds;
    private volatile @Nullable MqttProperties subscription;

    /** @param closer closes the connection; called on its event loop */
    Doorbell(ChannelHandlerContext context, Login login, int messageExpirySeconds, Consumer<Refusal> closer) {
        this.context = context;
        this.login = login;
        this.closer = closer;
        this.device = login.isCanary() ? null : new DeviceId(login.clientId());
        this.topic = SignalTopic.ofClient(login.clientId());
        this.messageExpirySeconds = messageExpirySeconds;
    }

    String clientId() {
        return login.clientId();
    }

    /** Whose it is; null for a canary. */
    @Nullable DeviceId device() {
        return device;
    }

    /** The one topic that its client may subscribe to. */
    String topic() {
        return topic;
    }

    /** From now on it rings. The subscription id, 0 for none, goes into each PUBLISH of MQTT 5. */
    void connectWire(int subscriptionId) {
        if (!login.isMqtt5()) {
            subscription = MqttProperties.NO_PROPERTIES;
            return;
        }
        // built once for each subscription; the encoder only reads it
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), 1));
        properties.add(new IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), messageExpirySeconds));
        properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), "application/json"));
        if (subscriptionId != 0) {
            properties.add(new IntegerProperty(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value(), subscriptionId));
        }
        subscription = properties;
    }

    /** From now on it does not ring. */
    void cutWire() {
        subscription = null;
    }

    boolean isWired() {
        return subscription != null;
    }

    /** See {@link SignalBroker#ring}. */
    CompletionStage<Handover> ring(byte[] payload) {
        if (!isWired()) {
            return CompletableFuture.completedFuture(Handover.NOT_SUBSCRIBED);
        }
        if (!context.channel().isWritable()) {
            return CompletableFuture.completedFuture(unwritable());
        }
        CompletableFuture<Handover> outcome = new CompletableFuture<>();
        try {
            // the check and the write belong together, or signals that raced each other would pile up
            context.executor().execute(() -> outcome.complete(writeSafely(payload)));
        } catch (RejectedExecutionException stopping) {
            outcome.complete(Handover.NOT_SUBSCRIBED);
        }
        return outcome;
    }

    /** Closes the connection. */
    void close(Refusal why) {
        try {
            context.executor().execute(() -> closer.accept(why));
        } catch (RejectedExecutionException stopping) {
            // the event loop is gone, and the connection with it
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whoever rang is owed an answer
    private Handover writeSafely(byte[] payload) {
        try {
            return write(payload);
        } catch (RuntimeException bug) {
            LOG.error("a signal could not be written", bug);
            return Handover.FAILED;
        }
    }

    private Handover write(byte[] payload) {
        MqttProperties properties = subscription;
        if (properties == null) {
            return Handover.NOT_SUBSCRIBED;
        }
        if (!context.channel().isWritable()) {
            return unwritable();
        }
        if (topic.length() + payload.length + OVERHEAD_BYTES > login.maxPacketBytes()) {
            return Handover.FAILED;
        }
        ChannelFuture written = context.writeAndFlush(new MqttPublishMessage(
                PUBLISH, new MqttPublishVariableHeader(topic, 0, properties), Unpooled.wrappedBuffer(payload)));
        return written.isDone() && !written.isSuccess() ? Handover.FAILED : Handover.WRITTEN;
    }

    /** A closed channel is not writable either. */
    private Handover unwritable() {
        return context.channel().isActive() ? Handover.CONGESTED : Handover.NOT_SUBSCRIBED;
    }
}
