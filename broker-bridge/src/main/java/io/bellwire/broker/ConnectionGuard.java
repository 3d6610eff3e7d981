package io.bellwire.broker;

import io.bellwire.admission.ClientAddress;
import io.bellwire.broker.ConnectionRefusal.PacketForm;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The handler between the decoder and Moquette on one connection. It closes the connection if the client sends a
 * packet that a device may not send. It passes on only CONNECT, SUBSCRIBE, UNSUBSCRIBE and PINGREQ, in packets that
 * it has made itself, one at a time. It also filters what Moquette writes: it corrects answers of Moquette's that do
 * not say what this broker does, sends signals that are for its own client, and drops anything else. Which part
 * answers what, and why: decisions/0002.
 *
 * <p>While it waits for the authenticator or for Moquette, its {@link InboundHold} holds packets back: Moquette drops
 * packets that arrive before CONNACK is sent, and a client that could queue commands without limit would fill the
 * loop that it shares with others. Used only on the channel's event loop.
 */
final class ConnectionGuard extends ChannelDuplexHandler {
    private final BrokerContext broker;
    private final DoorbellKind kind;
    private final @Nullable ConnectionRefusal overLimit;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init") // the same
    private MoquetteSession session;

    @SuppressWarnings("NullAway.Init") // the same
    private InboundHold inbound;

    @SuppressWarnings("NullAway.Init") // the same
    private SessionCommands commands;

    private Stage stage = Stage.NEW;
    private PacketForm form = PacketForm.MQTT_3;
    private @Nullable String clientId;
    private boolean decoded;
    private @Nullable ClientConnection connection;
    private @Nullable FetchOverMqtt fetching;
    private @Nullable Future<?> deadline;

    /**
     * @param kind whether the connection is plain MQTT or WebSocket
     * @param overLimit why anybody but a canary is refused; null if the connection is within the limits
     */
    ConnectionGuard(BrokerContext broker, DoorbellKind kind, @Nullable ConnectionRefusal overLimit) {
        this.broker = broker;
        this.kind = kind;
        this.overLimit = overLimit;
    }

    private enum Stage {
        /** No packet was received. */
        NEW,
        /** A valid CONNECT is with the authenticator or with Moquette. */
        CONNECTING,
        /** CONNACK was sent. */
        CONNECTED,
        CLOSED
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        session = broker.moquette().open(added.channel());
        inbound = new InboundHold(added.channel(), broker.options().maxPacketBytes(), this::handle);
        commands = new SessionCommands(added, session, inbound, this::commandFailed);
        deadline = context.executor()
                .schedule(
                        () -> refuse(ConnectionRefusal.CONNECT_TIMEOUT),
                        broker.loginTimeout(overLimit).toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext same) {
        markClosed();
        if (connection != null) {
            broker.connections().remove(connection);
        }
        session.channelClosed();
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
        inbound.regulateReading();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext same, Object event) {
        if (event instanceof IdleStateEvent idle && idle.state() == IdleState.READER_IDLE) {
            refuse(ConnectionRefusal.KEEP_ALIVE);
        } else if (event instanceof ConnectionRefusal why) {
            refuse(why);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext same, Throwable cause) {
        if (TlsHandlers.isFailure(cause)) {
            refuse(ConnectionRefusal.TLS);
        } else if (!(cause instanceof IOException)) {
            broker.log().error("closing a connection because of an error in its handling", cause);
        }
        close();
    }

    /**
     * Called with everything that Moquette writes. What the guard itself writes starts from its context and does not
     * come here.
     */
    @Override
    public void write(ChannelHandlerContext same, Object message, ChannelPromise promise) {
        if (stage == Stage.CONNECTED && message instanceof MqttPublishMessage publish) {
            connection().send(publish, context);
        } else if (stage == Stage.CONNECTED
                && message instanceof MqttMessage answer
                && answer.fixedHeader().messageType() == MqttMessageType.PINGRESP) {
            var unused = context.write(answer, promise);
        } else if (stage == Stage.CLOSED || !commands.sendIfAnswer(message, promise)) {
            // the promise is not failed: Moquette's listener on a CONNACK throws if it fails
            ReferenceCountUtil.release(message);
        }
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
                    if (!inbound.offer(message)) {
                        refuse(ConnectionRefusal.FLOOD);
                    }
                }
                // only QoS 0 is granted, so there is nothing to acknowledge; PUBACKs ended Moquette's loops
                case PUBACK -> {}
                case DISCONNECT -> close();
                case CONNECT -> refuse(ConnectionRefusal.SECOND_CONNECT);
                case PUBLISH -> publish((MqttPublishMessage) message);
                default -> refuse(ConnectionRefusal.PROTOCOL);
            }
        }
    }

    private void publish(MqttPublishMessage message) {
        MqttMessage request = fetching().requestOf(message);
        if (request == null) {
            refuse(ConnectionRefusal.PUBLISH);
        } else if (!inbound.offer(request)) {
            refuse(ConnectionRefusal.FLOOD);
        }
    }

    private void connect(MqttConnectMessage connect) {
        form = Login.answerForm(connect.variableHeader());
        clientId = connect.payload().clientIdentifier();
        ConnectionRefusal refusal = Login.refusalOf(connect, broker.certificateOf(context.channel()));
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        Login login = new Login(connect, broker.options().keepAliveMaxSeconds());
        if (overLimit != null && !login.isCanary()) {
            refuse(overLimit);
            return;
        }
        connection = new ClientConnection(context.executor(), login, kind, this::refuse);
        fetching = FetchOverMqtt.of(context, login, broker);
        stage = Stage.CONNECTING;
        inbound.hold();
        broker.connections().addLogin(connection);
        var unused = broker.logins()
                .check(
                        login,
                        ClientAddress.of(AdmittedClient.of(context.channel()).address()))
                .thenAccept(refused -> context.executor().execute(() -> checked(login, refused)));
    }

    private void checked(Login login, Optional<ConnectionRefusal> refused) {
        if (stage != Stage.CONNECTING) {
            return;
        }
        if (refused.isPresent()) {
            refuse(refused.get());
        } else {
            commands.connect(
                    login,
                    broker.connections(),
                    connection(),
                    written -> ConnAcks.connAckFor(written, login, broker.options()),
                    this::connected);
        }
    }

    private void connected() {
        if (stage == Stage.CLOSED) {
            return;
        }
        if (!session.isConnected()) {
            refuse(ConnectionRefusal.UNAVAILABLE);
            return;
        }
        stage = Stage.CONNECTED;
        cancelDeadline();
        session.stopResending();
        broker.connected(connection());
        commands.resume();
    }

    private void handle(MqttMessage message) {
        if (stage == Stage.CLOSED) {
            return;
        }
        Set<String> own = fetching().withPageTopic(broker.topicsOf(connection().clientId()));
        if (message instanceof MqttSubscribeMessage subscribe) {
            subscribeOrUnsubscribe(SubscriptionFilters.of(subscribe, own, form.isMqtt5()));
        } else if (message instanceof MqttUnsubscribeMessage unsubscribe) {
            subscribeOrUnsubscribe(SubscriptionFilters.of(unsubscribe, own, form.isMqtt5()));
        } else if (message.fixedHeader().messageType() == MqttMessageType.PINGREQ) {
            session.ping();
        } else if (!fetching().answer(message, session)) {
            refuse(ConnectionRefusal.PUBLISH); // the client has not subscribed to the topic of the answer
        }
    }

    private void subscribeOrUnsubscribe(SubscriptionFilters filters) {
        if (!filters.isValid()) {
            refuse(ConnectionRefusal.PROTOCOL);
        } else if (!filters.hasOwnTopics()) {
            var unused = context.write(filters.refusalOfAll());
        } else if (filters.subscribing()) {
            commands.subscribe(filters, () -> filtersAnswered(filters));
        } else {
            commands.unsubscribe(filters, () -> filtersAnswered(filters));
        }
    }

    private void filtersAnswered(SubscriptionFilters filters) {
        if (stage != Stage.CLOSED) {
            if (filters.subscribing()) {
                broker.connections().subscribed(connection(), fetching().withoutPageTopic(filters.topics()));
            }
            commands.resume();
        }
    }

    private void commandFailed(Outcome outcome) {
        if (outcome == Outcome.UNANSWERED) {
            refuse(ConnectionRefusal.UNAVAILABLE);
        } else {
            close();
        }
    }

    private void refuse(ConnectionRefusal why) {
        if (stage == Stage.CLOSED) {
            return;
        }
        boolean connAckSent = stage == Stage.CONNECTED || commands.isAnswered();
        if (connAckSent) {
            broker.closed(clientId, why);
        } else {
            broker.refused(clientId, context.channel(), why);
        }
        MqttMessage lastPacket = connAckSent ? why.disconnect(form) : why.connAck(form);
        markClosed();
        GracefulClose.close(context, lastPacket);
    }

    private void close() {
        markClosed();
        var unused = context.close();
    }

    private void markClosed() {
        stage = Stage.CLOSED;
        inbound.discard();
        cancelDeadline();
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private FetchOverMqtt fetching() {
        return Objects.requireNonNull(fetching, "no CONNECT yet");
    }

    private ClientConnection connection() {
        return Objects.requireNonNull(connection, "no CONNECT yet");
    }
}
