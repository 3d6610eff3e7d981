package io.bellwire.broker;

import io.bellwire.broker.FetchHandler.Answer;
import io.bellwire.log.RateLimitedLog;
import io.bellwire.registry.DeviceId;
import io.moquette.broker.MoquetteSession;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where one connection asks for its feed over MQTT. It knows the one PUBLISH that a device may send, and answers one at a
 * time on the one topic that the answer may go to. Used on the channel's event loop alone.
 */
final class FetchOverMqtt {
    /** A client that takes no longer packets than this could not be told a problem. */
    private static final int PACKET_BYTES_MIN = 1024;

    private static final int REQUEST_BYTES_MAX = 1024;
    private static final int CORRELATION_BYTES_MAX = 64;
    /** What PUBLISH adds to the body at most: headers, topic, correlation, content type, user properties. */
    private static final int OVERHEAD_BYTES = 640;

    private static final MqttFixedHeader PUBLISH =
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_MOST_ONCE, false, 0);

    private final ChannelHandlerContext context;
    private final String clientId;
    private final @Nullable FetchHandler handler;
    private final RateLimitedLog log;
    private final int bodyBytesMax;
    private final String fetchTopic;
    private final String pageTopic;
    private boolean busy;

    private FetchOverMqtt(
            ChannelHandlerContext context,
            String clientId,
            @Nullable FetchHandler handler,
            RateLimitedLog log,
            int bodyBytesMax) {
        this.context = context;
        this.clientId = clientId;
        this.handler = handler;
        this.log = log;
        this.bodyBytesMax = bodyBytesMax;
        this.fetchTopic = "bellwire/v1/devices/" + clientId + "/fetch";
        this.pageTopic = pageTopicOf(clientId);
    }

    /** The topic that the answers to this client go to. */
    static String pageTopicOf(String clientId) {
        return "bellwire/v1/devices/" + clientId + "/page";
    }

    /** The desk of this login. It is closed if fetching is off, or its client cannot do it. */
    static FetchOverMqtt of(ChannelHandlerContext context, Login login, BrokerContext gate) {
        int most = gate.options().fetchPageBytesMax();
        boolean isOpen = most > 0 && login.isMqtt5() && !login.isCanary() && login.maxPacketBytes() >= PACKET_BYTES_MIN;
        return new FetchOverMqtt(context, login.clientId(), isOpen ? gate.fetch() : null, gate.log(), (int)
                Math.min(most, login.maxPacketBytes() - OVERHEAD_BYTES));
    }

    /** These topics and, if it is open, the one that it answers on. */
    Set<String> with(Set<String> topics) {
        if (handler == null) {
            return topics;
        }
        Set<String> more = new HashSet<>(topics);
        more.add(pageTopic);
        return more;
    }

    /** These topics but the one that it answers on, where nobody is rung. */
    Set<String> without(Set<String> topics) {
        if (handler == null) {
            return topics;
        }
        Set<String> fewer = new HashSet<>(topics);
        fewer.remove(pageTopic);
        return fewer;
    }

    /** One request, checked. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Request(byte[] body, byte @Nullable [] correlation) {}

    /** The request that this packet is, by itself and without its buffer; null if it is not the one that is admitted. */
    @Nullable MqttMessage admit(MqttPublishMessage publish) {
        MqttFixedHeader header = publish.fixedHeader();
        MqttProperties properties = publish.variableHeader().properties();
        boolean isPlain = header.qosLevel() == MqttQoS.AT_MOST_ONCE && !header.isRetain() && !header.isDup();
        if (handler == null
                || !isPlain
                || !publish.variableHeader().topicName().equals(fetchTopic)
                || !pageTopic.equals(value(properties, MqttPropertyType.RESPONSE_TOPIC))
                || value(properties, MqttPropertyType.TOPIC_ALIAS) != null
                || publish.payload().readableBytes() > REQUEST_BYTES_MAX) {
            return null;
        }
        byte[] correlation = (byte[]) value(properties, MqttPropertyType.CORRELATION_DATA);
        return correlation != null && correlation.length > CORRELATION_BYTES_MAX
                ? null
                : new MqttMessage(header, null, new Request(ByteBufUtil.getBytes(publish.payload()), correlation));
    }

    /**
     * Answers, now or later; false if nobody listens for the answer.
     *
     * @param admitted came from {@link #admit}
     * @param session knows what is subscribed to
     */
    boolean serve(MqttMessage admitted, MoquetteSession session) {
        FetchHandler open = Objects.requireNonNull(handler, "nothing is admitted to a closed desk");
        Request request = (Request) admitted.payload();
        int subscriptionId = session.subscriptionTo(pageTopic);
        if (subscriptionId < 0) {
            return false;
        }
        if (busy) {
            answer(open.busy(), request, subscriptionId);
            return true;
        }
        busy = true;
        var unused = ask(open, request)
                .whenComplete((answer, failure) -> context.executor().execute(() -> {
                    busy = false;
                    if (failure != null) {
                        log.error("a fetch over MQTT has failed", failure);
                    }
                    answer(failure == null ? answer : open.busy(), request, subscriptionId);
                }));
        return true;
    }

    @SuppressWarnings("CatchingUnchecked") // the handler is somebody else's
    private CompletionStage<Answer> ask(FetchHandler open, Request request) {
        try {
            return Objects.requireNonNull(
                    open.fetch(new DeviceId(clientId), request.body(), bodyBytesMax), "the handler returned nothing");
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    private void answer(Answer answer, Request request, int subscriptionId) {
        MqttProperties properties = new MqttProperties();
        properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), answer.contentType()));
        if (request.correlation() != null) {
            properties.add(new BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), request.correlation()));
        }
        if (subscriptionId != 0) {
            properties.add(new IntegerProperty(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value(), subscriptionId));
        }
        answer.properties().forEach((name, value) -> properties.add(new UserProperty(name, value)));
        var unused = context.writeAndFlush(new MqttPublishMessage(
                PUBLISH,
                new MqttPublishVariableHeader(pageTopic, 0, properties),
                Unpooled.wrappedBuffer(answer.body())));
    }

    private static @Nullable Object value(MqttProperties properties, MqttPropertyType type) {
        MqttProperty<?> property = properties.getProperty(type.value());
        return property == null ? null : property.value();
    }
}
