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
 * Moquette's half of one connection. Stands where Moquette's Netty handler would: that one also queues a command for
 * every read and every change of writability, which a broker without queues has no use for.
 *
 * <p>Methods are called on the channel's event loop, one exchange at a time: the next one after {@code done} of the one
 * before. Answers, and what is published to the client, are written to the channel; {@code done} runs on the session loop,
 * always after the answer was written. If there was none by then, the command has failed.
 */
@NullMarked
public final class MoquetteSession {
    private static final long RETRY_MILLIS = 100;
    private static final MqttSubscriptionOption PLAIN = new MqttSubscriptionOption(
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
     * @return false if the loop's queue is full: nothing will happen
     */
    public boolean connect(MqttConnectMessage message, Runnable done) {
        clientId = message.payload().clientIdentifier();
        return ask("CONN", done, () -> {
            sessions.unbind(clientId);
            connection.processConnect(message);
            if (isBound()) {
                sessions.bind(clientId, channel);
            }
        });
    }

    /**
     * Whether CONNACK is out and Moquette takes further packets. Certain once {@code done} of {@link #connect} has come
     * back to the event loop and CONNACK has been flushed: a SUBSCRIBE any earlier would be dropped without an answer.
     */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Takes off what Moquette has put into the pipeline for MQTT 3 clients: a timer that resends what QoS 0 never has. */
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
                        .map(topic -> new MqttTopicSubscription(topic, PLAIN))
                        .toList()));
        return ask("SUB", done, () -> connection.processSubscribe(message));
    }

    /** Unsubscribes and answers with UNSUBACK. Returns false if the loop's queue is full. */
    public boolean unsubscribe(List<String> topics, int packetId, Runnable done) {
        return ask("UNSUB", done, () -> {
            // by now the subscription may be that of the connection that has taken this one's place
            if (isBound()) {
                sessions.office().unsubscribe(topics, connection, packetId);
            }
        });
    }

    /** The id of the client's subscription to this topic, 0 for none; -1 if there is no subscription. */
    public int subscriptionTo(String topic) {
        Subscription subscription = sessions.subscriptions().find(clientId, topic);
        if (subscription == null) {
            return -1;
        }
        return subscription.hasSubscriptionIdentifier()
                ? subscription.getSubscriptionIdentifier().value()
                : 0;
    }

    /**
     * The channel is closed: ends the session if it is still this connection's. Does nothing before {@link #connect}.
     * Tries again for as long as the loop's queue is full, since a session that is forgotten here stays for ever.
     */
    public void lost() {
        if (clientId.isEmpty()
                || route("CONN LOST", this::end).isSuccess()
                || channel.eventLoop().isShuttingDown()) {
            return;
        }
        var unused = channel.eventLoop().schedule(this::lost, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void end() {
        if (!isBound()) {
            return;
        }
        SessionRegistry registry = sessions.registry();
        Session session = registry.retrieve(clientId);
        // a connection that goes before its CONNACK leaves a session that Moquette's own clean-up does not see
        session.assignState(Session.SessionStatus.CONNECTING, Session.SessionStatus.DISCONNECTED);
        sessions.unbind(clientId);
        registry.connectionClosed(session);
    }

    /** Whether the session that is kept under the client id is this connection's. */
    private boolean isBound() {
        Session session = sessions.registry().retrieve(clientId);
        return session != null && session.isBoundTo(connection);
    }

    private boolean ask(String action, Runnable done, Runnable command) {
        PostOffice.RouteResult routed = route(action, () -> {
            // Moquette complains loudly, or throws, when it cannot write its answer
            if (channel.isActive()) {
                command.run();
            }
        });
        if (routed.isSuccess()) {
            var unused = routed.completableFuture().thenRun(done);
        }
        return routed.isSuccess();
    }

    /** Runs it on the session's loop. What Moquette routes there from there, it runs at once. */
    private PostOffice.RouteResult route(String action, Runnable command) {
        Callable<@Nullable Void> call = () -> {
            command.run();
            return null;
        };
        return sessions.sessionLoops().routeCommand(clientId, action, call);
    }
}
