package io.bellwire.broker;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection of a client that logs in, or has logged in: its device, and how to close it. Thread-safe. */
final class ClientConnection {
    private final EventExecutor eventLoop;
    private final Login login;
    private final DoorbellKind kind;
    private final Consumer<ConnectionRefusal> closer;
    private final @Nullable DeviceId device;

    /** @param closer closes the connection; called on its event loop */
    ClientConnection(EventExecutor eventLoop, Login login, DoorbellKind kind, Consumer<ConnectionRefusal> closer) {
        this.eventLoop = eventLoop;
        this.login = login;
        this.kind = kind;
        this.closer = closer;
        this.device = login.isCanary() ? null : new DeviceId(login.clientId());
    }

    String clientId() {
        return login.clientId();
    }

    /** Whether the client is connected by plain MQTT or WebSocket. */
    DoorbellKind kind() {
        return kind;
    }

    /** The fingerprint of the secret that the client has sent. */
    long secretFingerprint() {
        return login.secretFingerprint();
    }

    /** The device; null for a canary. */
    @Nullable DeviceId device() {
        return device;
    }

    /**
     * Sends a message that Moquette has published to this connection, if it is a signal for this client, and releases
     * it. Two devices may have a topic in common, if the routes say so; each still gets only its own signals. On the
     * event loop.
     */
    void send(MqttPublishMessage published, ChannelHandlerContext context) {
        OutgoingSignal signal = OutgoingSignal.of(published);
        if (signal != null && signal.clientId().equals(login.clientId())) {
            signal.send(published, context, login.maxPacketBytes());
        } else {
            published.release();
        }
    }

    /** Closes the connection. */
    void close(ConnectionRefusal why) {
        try {
            eventLoop.execute(() -> closer.accept(why));
        } catch (RejectedExecutionException stopping) {
            // the event loop has ended, and the connection with it
        }
    }
}
