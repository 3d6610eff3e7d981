package io.bellwire.broker;

import io.bellwire.broker.PendingCommand.Outcome;
import io.bellwire.feed.DoorbellKind;
import io.moquette.broker.MoquetteSession;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the decoder and Moquette on one connection. It closes the connection of whoever sends what a device has
 * no business sending, and hands Moquette only CONNECT, SUBSCRIBE, UNSUBSCRIBE and PINGREQ, in packets of its own making,
 * one at a time. What Moquette writes passes it too: answers are put right where Moquette's do not say what this broker
 * does, signals of its own client go out, and anything else does not. Who answers what, and why: decisions/0002.
 *
 * <p>While it waits, for the authenticator or for Moquette, its {@link InboundHold} is shut: Moquette drops what comes before
 * its CONNACK is out, and a client that could queue commands at will would fill the loop that it shares with others. Used
 * on the channel's event loop alone.
 */
final class ConnectionGuard extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);

    private final BrokerContext gate;
    private final DoorbellKind kind;
    private final boolean canariesOnly;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init") // the same
    private MoquetteSession session;

    @SuppressWarnings("NullAway.Init") // the same
    private InboundHold turnstile;

    private Stage stage = Stage.NEW;
    private boolean mqtt5;
    private boolean decoded;
    private @Nullable ClientConnection connection;
    private @Nullable FetchOverMqtt desk;
    private @Nullable PendingCommand exchange;
    private @Nullable Future<?> deadline;

    /**
     * @param kind what the connection is
     * @param canariesOnly whether it was let in beyond the limits
     */
    ConnectionGuard(BrokerContext gate, DoorbellKind kind, boolean canariesOnly) {
        this.gate = gate;
        this.kind = kind;
        this.canariesOnly = canariesOnly;
    }

    private enum Stage {
        /** Nothing was received. */
        NEW,
        /** A good CONNECT is with the authenticator, then with Moquette. */
        CONNECTING,
        /** CONNACK is out. */
        CONNECTED,
        CLOSED
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        session = gate.moquette().open(added.channel());
        turnstile = new InboundHold(added.channel(), gate.options().maxPacketBytes(), this::serve);
        deadline = context.executor()
                .schedule(
                        () -> refuse(ConnectionRefusal.CONNECT_TIMEOUT),
                        gate.options().connectTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext same) {
        end();
        if (connection != null) {
            gate.connections().leave(connection);
        }
        session.lost();
    }

    @Override
    public void channelRead(ChannelHandlerContext same, Object read) {
        try {
            if (read == PacketFramer.END) {
                endOfPacket();
            } else if (stage != Stage.CLOSED && read instanceof MqttMessage message) {
                decoded = true;
                receive(message);
            }
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext same) {
        context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext same) {
        turnstile.regulateReading();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext same, Object event) {
        if (event instanceof IdleStateEvent idle && idle.state() == IdleState.READER_IDLE) {
            refuse(ConnectionRefusal.KEEP_ALIVE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext same, Throwable cause) {
        if (!(cause instanceof IOException)) {
            gate.log().error("closing a connection because of an error in its handling", cause);
        }
        close();
    }

    /** What Moquette writes. What this guard writes by itself does not pass here: it starts from its context. */
    @Override
    public void write(ChannelHandlerContext same, Object message, ChannelPromise promise) {
        if (stage == Stage.CONNECTED && message instanceof MqttPublishMessage publish) {
            connection().send(publish, context);
        } else if (stage == Stage.CONNECTED && message instanceof MqttMessage answer && isPingResp(answer)) {
            var unused = context.write(answer, promise);
        } else if (stage == Stage.CLOSED || exchange == null || !exchange.write(message, promise)) {
            // the promise stays open: Moquette's listener on a CONNACK that fails throws
            ReferenceCountUtil.release(message);
        }
    }

    private static boolean isPingResp(MqttMessage message) {
        return message.fixedHeader().messageType() == MqttMessageType.PINGRESP;
    }

    private void endOfPacket() {
        if (!decoded) {
            refuse(ConnectionRefusal.MALFORMED);
        }
        decoded = false;
    }

    private void receive(MqttMessage message) {
        if (message.decoderResult().isFailure()) {
            refuse(ConnectionRefusal.ofMalformed(message.decoderResult().cause()));
        } else if (stage == Stage.NEW) {
            if (message instanceof MqttConnectMessage connect) {
                connect(connect);
            } else {
                refuse(ConnectionRefusal.NOT_CONNECT);
            }
        } else {
            switch (message.fixedHeader().messageType()) {
                case SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> {
                    if (!turnstile.enter(message)) {
                        refuse(ConnectionRefusal.FLOOD);
                    }
                }
                // QoS 0 is all that is granted, so there is nothing to acknowledge; Moquette's loops died of these
                case PUBACK -> {}
                case DISCONNECT -> close();
                case CONNECT -> refuse(ConnectionRefusal.SECOND_CONNECT);
                case PUBLISH -> publish((MqttPublishMessage) message);
                default -> refuse(ConnectionRefusal.PROTOCOL);
            }
        }
    }

    private void publish(MqttPublishMessage message) {
        MqttMessage admitted = desk().admit(message);
        if (admitted == null) {
            refuse(ConnectionRefusal.PUBLISH);
        } else if (!turnstile.enter(admitted)) {
            refuse(ConnectionRefusal.FLOOD);
        }
    }

    private void connect(MqttConnectMessage connect) {
        mqtt5 = Login.isMqtt5(connect.variableHeader());
        ConnectionRefusal refusal = Login.refusalOf(connect);
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        Login login = new Login(connect, gate.options().keepAliveMaxSeconds());
        if (canariesOnly && !login.isCanary()) {
            refuse(ConnectionRefusal.FULL);
            return;
        }
        connection = new ClientConnection(context.executor(), login, kind, this::refuse);
        desk = FetchOverMqtt.of(context, login, gate);
        stage = Stage.CONNECTING;
        turnstile.shut();
        gate.connections().knock(connection);
        var unused = gate.authenticate(login)
                .whenComplete((good, error) -> context.executor().execute(() -> decided(login, good, error)));
    }

    private void decided(Login login, @Nullable Boolean good, @Nullable Throwable error) {
        if (stage != Stage.CONNECTING) {
            return;
        }
        if (good == null) {
            Throwable why = error == null ? new IllegalStateException("it has returned nothing") : error;
            gate.log().error("the authenticator has failed", why);
            refuse(ConnectionRefusal.UNAVAILABLE);
        } else if (!good) {
            refuse(ConnectionRefusal.CREDENTIALS);
        } else {
            PendingCommand connecting = new PendingCommand(
                    context, written -> ConnAcks.accepted(written, login, gate.options()), this::connected);
            start(connecting, () -> gate.connections()
                    .enter(connection(), () -> session.connect(login.forMoquette(), connecting.done())));
        }
    }

    private void connected(Outcome outcome) {
        if (isOver(outcome)) {
            if (!session.isConnected()) {
                refuse(ConnectionRefusal.UNAVAILABLE);
                return;
            }
            stage = Stage.CONNECTED;
            cancelDeadline();
            session.stopResending();
            gate.connected(connection());
            resume();
        }
    }

    private void serve(MqttMessage message) {
        if (stage == Stage.CLOSED) {
            return;
        }
        Set<String> own = desk().with(gate.topicsOf(connection().clientId()));
        if (message instanceof MqttSubscribeMessage subscribe) {
            ask(FilterList.of(subscribe, own, mqtt5));
        } else if (message instanceof MqttUnsubscribeMessage unsubscribe) {
            ask(FilterList.of(unsubscribe, own, mqtt5));
        } else if (message.fixedHeader().messageType() == MqttMessageType.PINGREQ) {
            session.ping();
        } else if (!desk().serve(message, session)) {
            refuse(ConnectionRefusal.PUBLISH); // nobody listens for the answer
        }
    }

    private void ask(FilterList filters) {
        if (!filters.isLegal()) {
            refuse(ConnectionRefusal.PROTOCOL);
        } else if (!filters.includeOwn()) {
            var unused = context.write(filters.refused());
        } else if (filters.subscribing()) {
            PendingCommand next =
                    new PendingCommand(context, filters::subscribed, outcome -> answered(filters, outcome));
            start(
                    next,
                    () -> session.subscribe(
                            List.copyOf(filters.topics()), filters.subscriptionId(), filters.packetId(), next.done()));
        } else {
            boolean existed = filters.topics().stream().anyMatch(topic -> session.subscriptionTo(topic) >= 0);
            PendingCommand next = new PendingCommand(
                    context, written -> filters.unsubscribed(written, existed), outcome -> answered(filters, outcome));
            start(next, () -> session.unsubscribe(List.copyOf(filters.topics()), filters.packetId(), next.done()));
        }
    }

    private void answered(FilterList filters, Outcome outcome) {
        if (isOver(outcome)) {
            if (filters.subscribing()) {
                gate.connections().subscribed(connection(), desk().without(filters.topics()));
            }
            resume();
        }
    }

    private void start(PendingCommand next, BooleanSupplier route) {
        exchange = next;
        turnstile.shut();
        if (!route.getAsBoolean()) {
            refuse(ConnectionRefusal.UNAVAILABLE);
        }
    }

    /** Whether an exchange went well. If not, so much for the connection. */
    private boolean isOver(Outcome outcome) {
        if (outcome == Outcome.UNANSWERED) {
            refuse(ConnectionRefusal.UNAVAILABLE);
        } else if (outcome == Outcome.UNSENT) {
            close();
        }
        return outcome == Outcome.ANSWERED && stage != Stage.CLOSED;
    }

    private void resume() {
        exchange = null;
        turnstile.open();
        context.flush();
    }

    private void refuse(ConnectionRefusal why) {
        if (stage == Stage.CLOSED) {
            return;
        }
        LOG.debug(
                "closing the connection of {} from {}: {}",
                connection == null ? "a stranger" : connection.clientId(),
                context.channel().remoteAddress(),
                why);
        gate.meters().refused(why);
        boolean hasConnAck = stage == Stage.CONNECTED || (exchange != null && exchange.isAnswered());
        MqttMessage farewell = hasConnAck ? why.disconnect(mqtt5) : why.connAck(mqtt5);
        end();
        GracefulClose.say(context, farewell);
    }

    private void close() {
        end();
        var unused = context.close();
    }

    private void end() {
        stage = Stage.CLOSED;
        turnstile.end();
        cancelDeadline();
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private FetchOverMqtt desk() {
        return Objects.requireNonNull(desk, "no CONNECT yet");
    }

    private ClientConnection connection() {
        return Objects.requireNonNull(connection, "no CONNECT yet");
    }
}
