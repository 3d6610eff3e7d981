package io.bellwire.broker;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
    private final DoorbellKind kind;
    private final Consumer<Refusal> closer;
    private final @Nullable DeviceId device;
    private final String topic;
    private final int messageExpirySeconds;
    /** What goes with a PUBLISH on each topic that is subscribed to. Replaced as a whole, on the event loop alone. */
    private volatile Map<String, Wire> wires = Map.of();

    /** @param closer closes the connection; called on its event loop */
    Doorbell(
            ChannelHandlerContext context,
            Login login,
            DoorbellKind kind,
            int messageExpirySeconds,
            Consumer<Refusal> closer) {
        this.context = context;
        this.login = login;
        this.kind = kind;
        this.closer = closer;
        this.device = login.isCanary() ? null : new DeviceId(login.clientId());
        this.topic = SignalTopic.ofClient(login.clientId());
        this.messageExpirySeconds = messageExpirySeconds;
    }

    String clientId() {
        return login.clientId();
    }

    /** What its client is connected by. */
    DoorbellKind kind() {
        return kind;
    }

    /** Whose it is; null for a canary. */
    @Nullable DeviceId device() {
        return device;
    }

    /** The topic of its client's name. */
    String topic() {
        return topic;
    }

    /** From now on it rings on these topics. The subscription id, 0 for none, goes into each PUBLISH of MQTT 5. */
    void connectWires(Set<String> topics, int subscriptionId) {
        Map<String, Wire> more = new HashMap<>(wires);
        Wire wire = new Wire(subscriptionId, properties(subscriptionId, messageExpirySeconds));
        topics.forEach(subscribed -> more.put(subscribed, wire));
        wires = Map.copyOf(more);
    }

    /** From now on it does not ring on these topics. */
    void cutWires(Set<String> topics) {
        Map<String, Wire> left = new HashMap<>(wires);
        left.keySet().removeAll(topics);
        wires = Map.copyOf(left);
    }

    /** From now on it does not ring. */
    void cutWires() {
        wires = Map.of();
    }

    /** The id of its client's subscription to this topic, 0 for none; -1 if there is no subscription. */
    int subscriptionTo(String on) {
        Wire wire = wires.get(on);
        return wire == null ? -1 : wire.subscriptionId;
    }

    /** Whether it rings on one of these topics at least. */
    boolean isWired(Set<String> topics) {
        return !Collections.disjoint(wires.keySet(), topics);
    }

    /** See {@link SignalBroker#ring}. */
    CompletionStage<Handover> ring(String on, byte[] payload, int expirySeconds) {
        if (!wires.containsKey(on)) {
            return CompletableFuture.completedFuture(Handover.NOT_SUBSCRIBED);
        }
        if (!context.channel().isWritable()) {
            return CompletableFuture.completedFuture(unwritable());
        }
        CompletableFuture<Handover> outcome = new CompletableFuture<>();
        try {
            // the check and the write belong together, or signals that raced each other would pile up
            context.executor().execute(() -> outcome.complete(writeSafely(on, payload, expirySeconds)));
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
    private Handover writeSafely(String on, byte[] payload, int expirySeconds) {
        try {
            return write(on, payload, expirySeconds);
        } catch (RuntimeException bug) {
            LOG.error("a signal could not be written", bug);
            return Handover.FAILED;
        }
    }

    private Handover write(String on, byte[] payload, int expirySeconds) {
        Wire wire = wires.get(on);
        if (wire == null) {
            return Handover.NOT_SUBSCRIBED;
        }
        if (!context.channel().isWritable()) {
            return unwritable();
        }
        if (on.length() + payload.length + OVERHEAD_BYTES > login.maxPacketBytes()) {
            return Handover.FAILED;
        }
        boolean isUsual = expirySeconds == 0 || expirySeconds == messageExpirySeconds;
        MqttProperties properties = isUsual ? wire.usual : properties(wire.subscriptionId, expirySeconds);
        ChannelFuture written = context.writeAndFlush(new MqttPublishMessage(
                PUBLISH, new MqttPublishVariableHeader(on, 0, properties), Unpooled.wrappedBuffer(payload)));
        return written.isDone() && !written.isSuccess() ? Handover.FAILED : Handover.WRITTEN;
    }

    private MqttProperties properties(int subscriptionId, int expirySeconds) {
        if (!login.isMqtt5()) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), 1));
        properties.add(new IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), expirySeconds));
        properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), "application/json"));
        if (subscriptionId != 0) {
            properties.add(new IntegerProperty(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value(), subscriptionId));
        }
        return properties;
    }

    /** A closed channel is not writable either. */
    private Handover unwritable() {
        return context.channel().isActive() ? Handover.CONGESTED : Handover.NOT_SUBSCRIBED;
    }

    /**
     * One subscription.
     *
     * @param usual the properties of a PUBLISH with the usual expiry, made once; the encoder only reads them
     */
    private record Wire(int subscriptionId, MqttProperties usual) {}
}
