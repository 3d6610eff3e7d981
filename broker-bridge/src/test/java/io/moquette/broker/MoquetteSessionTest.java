package io.moquette.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MoquetteSessionTest {
    private final List<String> thrown = new CopyOnWriteArrayList<>();
    private final MoquetteSessions sessions = new MoquetteSessions(
            64,
            (client, topic) -> topic.equals(client + "/signal"),
            Clock.systemUTC(),
            (command, error) -> thrown.add(command + error));

    @AfterEach
    void stop() {
        sessions.close();
        assertEquals(List.of(), thrown);
    }

    @Test
    void sessionIsConnectedOnceItsConnAckIsSent() throws Exception {
        WithheldWrites connAck = new WithheldWrites();
        MoquetteSession session = sessions.open(new EmbeddedChannel(connAck));
        connect(session);
        assertFalse(session.isConnected());
        connAck.promises.forEach(ChannelPromise::setSuccess);
        assertTrue(session.isConnected());
        session.channelClosed();
        await().until(() -> !sessions.hasSession("grill"));
    }

    @Test
    void connectionThatClosesBeforeItsConnAckLeavesNoSession() throws Exception {
        MoquetteSession session = sessions.open(new EmbeddedChannel(new WithheldWrites()));
        connect(session);
        assertTrue(sessions.hasSession("grill"));
        session.channelClosed();
        await().until(() -> !sessions.hasSession("grill"));
    }

    @Test
    void lateCloseOfAConnectionDoesNotEndTheSessionOfTheNewerOne() throws Exception {
        MoquetteSession first = sessions.open(new EmbeddedChannel());
        connect(first);
        MoquetteSession second = sessions.open(new EmbeddedChannel());
        connect(second);
        first.channelClosed();
        CountDownLatch after = new CountDownLatch(1);
        assertTrue(second.unsubscribe(List.of("grill/signal"), 1, after::countDown));
        assertTrue(after.await(10, TimeUnit.SECONDS));
        assertTrue(sessions.hasSession("grill"));
    }

    /** Accepts all writes and sends none of them. */
    private static final class WithheldWrites extends ChannelOutboundHandlerAdapter {
        private final List<ChannelPromise> promises = new CopyOnWriteArrayList<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            promises.add(promise);
        }
    }

    private static void connect(MoquetteSession session) throws InterruptedException {
        MqttConnectMessage connect = MqttMessageBuilders.connect()
                .clientId("grill")
                .username("grill")
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .cleanSession(true)
                .keepAlive(60)
                .build();
        CountDownLatch done = new CountDownLatch(1);
        assertTrue(session.connect(connect, done::countDown));
        assertTrue(done.await(10, TimeUnit.SECONDS));
    }
}
