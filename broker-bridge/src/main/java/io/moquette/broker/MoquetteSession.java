package io.moquette.broker;

import io.moquette.broker.subscriptions.Subscription;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * One connection as Moquette sees it. Takes the place of Moquette's Netty handler, which also queues a command for
 * every read and every change of writability; a broker without queues has no use for these.
 *
 * <p>Call the methods on the channel's event loop, one command at a time: the next one after {@code done} of the one
 * before. Moquette writes its answers, and what is published to the client, to the channel; {@code done} runs on the
 * session loop, always after the answer was written. A command that has written no answer by then has failed.
 */
@NullMarked
public final class MoquetteSession {
    private static final long RETRY_MILLIS = 100;
    private static final MqttSubscriptionOption QOS_0 = new MqttSubscriptionOption(
            MqttQoS.AT_MOST_ONCE, false, false, RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE);

    private final Channel channel;
    private final MQTTConnection connection;
    private final MoquetteSessions sessions;
    private String clientId = "";

    MoquetteSession(Channel channel, MQTTConnection connection, MoquetteSessions sessions) {
        this.channel = channel;
        this.connection = connection;
        this.sessions = sessions;
    }

    /**
     * Opens the session and answers with CONNACK. Closes the connection that had this client id before.
     *
     * @param message user name = client id, clean session, no will, no properties
     * @return false if the loop's queue is full: the command will not run
     */
    public boolean connect(MqttConnectMessage message, Runnable done) {
        clientId = message.payload().clientIdentifier();
        return routeWhileActive("CONN", done, () -> {
            sessions.unbind(clientId);
            connection.processConnect(message);
            if (isBound()) {
                sessions.bind(clientId, channel);
            }
        });
    }

    /**
     * Whether Moquette has sent CONNACK and takes further packets. Reliable once {@code done} of {@link #connect} has
     * come back to the event loop and CONNACK was flushed: Moquette drops an earlier SUBSCRIBE without an answer.
     */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /**
     * Removes the timer that Moquette adds to the pipeline for MQTT 3 clients. It resends packets, which QoS 0 never
     * needs.
     */
    public void stopResending() {
        ChannelHandler resender = channel.pipeline().get("inflightResender");
        if (resender != null) {
            channel.pipeline().remove(resender);
        }
    }

    /** Answers PINGREQ. */
    public void ping() {
        connection.handleMessage(MqttMessage.PINGREQ);
    }

    /**
     * Subscribes at QoS 0 and answers with SUBACK. Returns false if the loop's queue is full.
     *
     * @param topics the client's own; no wildcards, no shared subscriptions
     * @param subscriptionId MQTT 5; 0 for none
     */
    public boolean subscribe(List<String> topics, int subscriptionId, int packetId, Runnable done) {
        MqttProperties properties = new MqttProperties();
        if (subscriptionId != 0) {
            properties.add(new IntegerProperty(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value(), subscriptionId));
        }
        MqttSubscribeMessage message = new MqttSubscribeMessage(
                new MqttFixedHeader(MqttMessageType.SUBSCRIBE, false, MqttQoS.AT_LEAST_ONCE, false, 0),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, properties),
                new MqttSubscribePayload(topics.stream()
                        .map(topic -> new MqttTopicSubscription(topic, QOS_0))
                        .toList()));
        return routeWhileActive("SUB", done, () -> connection.processSubscribe(message));
    }

    /** Unsubscribes and answers with UNSUBACK. Returns false if the loop's queue is full. */
    public boolean unsubscribe(List<String> topics, int packetId, Runnable done) {
        return routeWhileActive("UNSUB", done, () -> {
            // a newer connection may own the subscription by now
            if (isBound()) {
                sessions.postOffice().unsubscribe(topics, connection, packetId);
            }
        });
    }

    /**
     * The subscription id with which the client subscribed to this topic, 0 if it gave none; -1 if it is not
     * subscribed.
     */
    public int subscriptionIdOf(String topic) {
        Subscription subscription = sessions.subscriptions().find(clientId, topic);
        if (subscription == null) {
            return -1;
        }
        return subscription.hasSubscriptionIdentifier()
                ? subscription.getSubscriptionIdentifier().value()
                : 0;
    }

    /**
     * Ends the session, if it still belongs to this connection. To be called when the channel is closed; does nothing
     * before {@link #connect}. Tries again while the loop's queue is full, since nothing else would ever end the
     * session.
     */
    public void channelClosed() {
        if (clientId.isEmpty()
                || route("CONN LOST", this::endSession).isSuccess()
                || channel.eventLoop().isShuttingDown()) {
            return;
        }
        var unused = channel.eventLoop().schedule(this::channelClosed, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endSession() {
        if (!isBound()) {
            return;
        }
        SessionRegistry registry = sessions.registry();
        Session session = registry.retrieve(clientId);
        // Moquette's own clean-up does not see the session of a connection that closes before its CONNACK
        session.assignState(Session.SessionStatus.CONNECTING, Session.SessionStatus.DISCONNECTED);
        sessions.unbind(clientId);
        registry.connectionClosed(session);
    }

    /** Whether the session with this client id belongs to this connection. */
    private boolean isBound() {
        Session session = sessions.registry().retrieve(clientId);
        return session != null && session.isBoundTo(connection);
    }

    private boolean routeWhileActive(String action, Runnable done, Runnable command) {
        PostOffice.RouteResult routed = route(action, () -> {
            // Moquette logs errors, or throws, when it cannot write its answer
            if (channel.isActive()) {
                command.run();
            }
        });
        if (routed.isSuccess()) {
            var unused = routed.completableFuture().thenRun(done);
        }
        return routed.isSuccess();
    }

    /** Runs the command on the session's loop. A command that Moquette routes from there runs at once. */
    private PostOffice.RouteResult route(String action, Runnable command) {
        Callable<@Nullable Void> call = () -> {
            command.run();
            return null;
        };
        return sessions.sessionLoops().routeCommand(clientId, action, call);
    }
}
