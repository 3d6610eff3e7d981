package io.bellwire.broker;

import io.bellwire.broker.PendingCommand.Outcome;
import io.moquette.broker.MoquetteSession;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Has Moquette process CONNECT, SUBSCRIBE and UNSUBSCRIBE, one command at a time. While one is pending, the {@link
 * InboundHold} holds back what the client sends. Used only on the channel's event loop.
 */
final class SessionCommands {
    private final ChannelHandlerContext context;
    private final MoquetteSession session;
    private final InboundHold inbound;
    private final Consumer<Outcome> onFailure;
    private @Nullable PendingCommand pending;

    /** @param onFailure called if a command gets no answer, or its answer could not be sent */
    SessionCommands(
            ChannelHandlerContext context, MoquetteSession session, InboundHold inbound, Consumer<Outcome> onFailure) {
        this.context = context;
        this.session = session;
        this.inbound = inbound;
        this.onFailure = onFailure;
    }

    /**
     * @param connAck makes the packet to send from the CONNACK that Moquette writes
     * @param onSuccess called when CONNACK is sent; {@link #resume} then lets the client go on
     */
    void connect(
            Login login,
            Connections connections,
            ClientConnection connection,
            Function<Object, @Nullable Object> connAck,
            Runnable onSuccess) {
        PendingCommand command = new PendingCommand(context, connAck, outcome -> end(outcome, onSuccess));
        start(
                command,
                () -> connections.register(
                        connection, () -> session.connect(login.forMoquette(), command.commandDone())));
    }

    void subscribe(SubscriptionFilters filters, Runnable onSuccess) {
        PendingCommand command = new PendingCommand(context, filters::subAckFor, outcome -> end(outcome, onSuccess));
        start(
                command,
                () -> session.subscribe(
                        List.copyOf(filters.topics()),
                        filters.subscriptionId(),
                        filters.packetId(),
                        command.commandDone()));
    }

    void unsubscribe(SubscriptionFilters filters, Runnable onSuccess) {
        boolean existed = filters.topics().stream().anyMatch(topic -> session.subscriptionIdOf(topic) >= 0);
        PendingCommand command = new PendingCommand(
                context, written -> filters.unsubAckFor(written, existed), outcome -> end(outcome, onSuccess));
        start(
                command,
                () -> session.unsubscribe(List.copyOf(filters.topics()), filters.packetId(), command.commandDone()));
    }

    private void start(PendingCommand command, BooleanSupplier route) {
        pending = command;
        inbound.hold();
        if (!route.getAsBoolean()) {
            onFailure.accept(Outcome.UNANSWERED);
        }
    }

    private void end(Outcome outcome, Runnable onSuccess) {
        if (outcome == Outcome.ANSWERED) {
            onSuccess.run();
        } else {
            onFailure.accept(outcome);
        }
    }

    /** Passes on what the client has sent meanwhile. */
    void resume() {
        pending = null;
        inbound.release();
        context.flush();
    }

    /** Sends this write of Moquette's if it is the answer to the pending command; returns false if it is not. */
    boolean sendIfAnswer(Object message, ChannelPromise promise) {
        return pending != null && pending.sendIfAnswer(message, promise);
    }

    /** Whether the pending command's answer was sent. */
    boolean isAnswered() {
        return pending != null && pending.isAnswered();
    }
}
