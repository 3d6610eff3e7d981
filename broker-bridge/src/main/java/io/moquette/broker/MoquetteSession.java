package io.moquette.broker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
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
 * before. Answers are written to the channel; {@code done} runs on the session loop, always after the answer was
 * written. If there was none by then, the command has failed.
 */
@NullMarked
public final class MoquetteSession {
    private static final long RETRY_MILLIS = 100;
    private static final MqttSubscriptionOption PLAIN = new MqttSubscriptionOption(
            MqttQoS.AT_MOST_ONCE, false, false, RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE);

    private final Channel channel;
    private final MQTTConnection connection;
    private final SessionLoops loops;
    private final SessionRegistry registry;
    private final PostOffice office;
    private String clientId = "";

    MoquetteSession(
            Channel channel,
            MQTTConnection connection,
            SessionLoops loops,
            SessionRegistry registry,
            PostOffice office) {
        this.channel = channel;
        this.connection = connection;
        this.loops = loops;
        this.registry = registry;
        this.office = office;
    }

    /**
     * Opens the session and answers with CONNACK. Closes the connection that had this client id before.
     *
     * @param message user name = client id, clean session, no will, no properties
     * @return false if the loop's queue is full: nothing will happen
     */
    public boolean connect(MqttConnectMessage message, Runnable done) {
        clientId = message.payload().clientIdentifier();
        return ask("CONN", done, () -> connection.processConnect(message));
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

    /** Subscribes to one topic and answers with SUBACK. Returns false if the loop's queue is full. */
    public boolean subscribe(String topic, int packetId, Runnable done) {
        MqttSubscribeMessage message = new MqttSubscribeMessage(
                new MqttFixedHeader(MqttMessageType.SUBSCRIBE, false, MqttQoS.AT_LEAST_ONCE, false, 0),
                MqttMessageIdVariableHeader.from(packetId),
                new MqttSubscribePayload(List.of(new MqttTopicSubscription(topic, PLAIN))));
        return ask("SUB", done, () -> connection.processSubscribe(message));
    }

    /** Unsubscribes from one topic and answers with UNSUBACK. Returns false if the loop's queue is full. */
    public boolean unsubscribe(String topic, int packetId, Runnable done) {
        return ask("UNSUB", done, () -> office.unsubscribe(List.of(topic), connection, packetId));
    }

    /**
     * The channel is closed: ends the session if it is still this connection's. Does nothing before {@link #connect}.
     * Tries again for as long as the loop's queue is full, since a session that is forgotten here stays for ever.
     */
    public void lost() {
        if (clientId == null
                || route("CONN LOST", this::end)
                || channel.eventLoop().isShuttingDown()) {
            return;
        }
        var unused = channel.eventLoop().schedule(this::lost, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void end() {
        Session session = registry.retrieve(clientId);
        if (session == null || !session.isBoundTo(connection)) {
            return;
        }
        // a connection that goes before its CONNACK leaves a session that Moquette's own clean-up does not see
        session.assignState(Session.SessionStatus.CONNECTING, Session.SessionStatus.DISCONNECTED);
        registry.connectionClosed(session);
    }

    private boolean ask(String action, Runnable done, Runnable command) {
        return route(action, () -> {
            try {
                // Moquette complains loudly, or throws, when it cannot write its answer
                if (channel.isActive()) {
                    command.run();
                }
            } finally {
                done.run();
            }
        });
    }

    /** Runs it on the session's loop. What Moquette routes there from there, it runs at once. */
    private boolean route(String action, Runnable command) {
        Callable<@Nullable Void> call = () -> {
            command.run();
            return null;
        };
        return loops.routeCommand(clientId, action, call).isSuccess();
    }
}
