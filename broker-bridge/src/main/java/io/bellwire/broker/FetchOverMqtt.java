package io.bellwire.broker;

import io.bellwire.broker.FetchHandler.Answer;
import io.bellwire.log.DeviceId;
import io.bellwire.runtime.RateLimitedLog;
import io.moquette.broker.MoquetteSession;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
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
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The feed reads of one connection over MQTT. It accepts the one kind of PUBLISH that a device may send, and answers
 * one request at a time on the one topic for answers. Used only on the channel's event loop.
 */
final class FetchOverMqtt {
    /** A client whose longest packet is shorter could not even receive a problem. */
    private static final int PACKET_BYTES_MIN = 1024;

    private static final int REQUEST_BYTES_MAX = 1024;
    private static final int CORRELATION_BYTES_MAX = 64;
    /** The most that PUBLISH adds to the body: headers, topic, correlation, content type, user properties. */
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

    /** The topic of the answers to this client. */
    static String pageTopicOf(String clientId) {
        return "bellwire/v1/devices/" + clientId + "/page";
    }

    /** The feed reads of this login. Disabled if fetching is off, or the client cannot use it. */
    static FetchOverMqtt of(ChannelHandlerContext context, Login login, BrokerContext broker) {
        int pageBytesMax = broker.options().fetchPageBytesMax();
        boolean isEnabled =
                pageBytesMax > 0 && login.isMqtt5() && !login.isCanary() && login.maxPacketBytes() >= PACKET_BYTES_MIN;
        return new FetchOverMqtt(
                context, login.clientId(), isEnabled ? broker.services().fetch() : null, broker.log(), (int)
                        Math.min(pageBytesMax, login.maxPacketBytes() - OVERHEAD_BYTES));
    }

    /** These topics and, if enabled, the topic of the answers. */
    Set<String> withPageTopic(Set<String> topics) {
        if (handler == null) {
            return topics;
        }
        Set<String> extended = new HashSet<>(topics);
        extended.add(pageTopic);
        return extended;
    }

    /** These topics without the topic of the answers, on which no signals are sent. */
    Set<String> withoutPageTopic(Set<String> topics) {
        if (handler == null) {
            return topics;
        }
        Set<String> reduced = new HashSet<>(topics);
        reduced.remove(pageTopic);
        return reduced;
    }

    /** One request that was checked. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Request(byte[] body, byte @Nullable [] correlation) {}

    /** The request in this packet, copied from its buffer; null if a device may not send this packet. */
    @Nullable MqttMessage requestOf(MqttPublishMessage publish) {
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
     * Answers, now or later; returns false if the client has not subscribed to the topic of the answers.
     *
     * @param packet from {@link #requestOf}
     * @param session knows the client's subscriptions
     */
    boolean answer(MqttMessage packet, MoquetteSession session) {
        FetchHandler enabled = Objects.requireNonNull(handler, "requests are accepted only while fetching is enabled");
        Request request = (Request) packet.payload();
        int subscriptionId = session.subscriptionIdOf(pageTopic);
        if (subscriptionId < 0) {
            return false;
        }
        if (busy) {
            if (context.channel().isWritable()) { // else many of these would wait behind the answer that is not read
                ChannelFuture unused = send(enabled.busy(), request, subscriptionId);
            }
            return true;
        }
        busy = true;
        var unused = fetch(enabled, request)
                .whenComplete((answer, failure) -> context.executor().execute(() -> {
                    if (failure != null) {
                        log.error("a feed read over MQTT has failed", failure);
                    }
                    sendAndWatch(failure == null ? answer : enabled.busy(), request, subscriptionId);
                }));
        return true;
    }

    @SuppressWarnings("CatchingUnchecked") // the handler may be anybody's code
    private CompletionStage<Answer> fetch(FetchHandler enabled, Request request) {
        try {
            return Objects.requireNonNull(
                    enabled.fetch(new DeviceId(clientId), request.body(), bodyBytesMax),
                    "the handler returned nothing");
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    /**
     * Sends the answer, and is busy until it is written: a device that does not read has one answer in the server's
     * memory, and is disconnected in the end.
     */
    private void sendAndWatch(Answer answer, Request request, int subscriptionId) {
        ChannelFuture sent = send(answer, request, subscriptionId);
        Future<?> deadline = sent.isDone()
                ? null
                : context.executor()
                        .schedule(
                                () -> context.pipeline().fireUserEventTriggered(ConnectionRefusal.UNREAD),
                                answer.readWithin().toMillis(),
                                TimeUnit.MILLISECONDS);
        sent.addListener(done -> {
            busy = false;
            if (deadline != null) {
                deadline.cancel(false);
            }
            answer.written().run();
        });
    }

    private ChannelFuture send(Answer answer, Request request, int subscriptionId) {
        MqttProperties properties = new MqttProperties();
        properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), answer.contentType()));
        if (request.correlation() != null) {
            properties.add(new BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), request.correlation()));
        }
        if (subscriptionId != 0) {
            properties.add(new IntegerProperty(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value(), subscriptionId));
        }
        answer.properties().forEach((name, value) -> properties.add(new UserProperty(name, value)));
        return context.writeAndFlush(new MqttPublishMessage(
                PUBLISH,
                new MqttPublishVariableHeader(pageTopic, 0, properties),
                Unpooled.wrappedBuffer(answer.body())));
    }

    private static @Nullable Object value(MqttProperties properties, MqttPropertyType type) {
        MqttProperty<?> property = properties.getProperty(type.value());
        return property == null ? null : property.value();
    }
}
