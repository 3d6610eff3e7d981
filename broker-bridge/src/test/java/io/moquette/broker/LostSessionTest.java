package io.moquette.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LostSessionTest {
    private final MoquetteSessions sessions =
            new MoquetteSessions(4, (client, topic) -> true, Clock.systemUTC(), (command, error) -> {});

    @AfterEach
    void stop() {
        sessions.close();
    }

    /** Nothing else would ever end the session. */
    @Test
    void sessionIsEndedLaterIfTheQueueOfItsLoopIsFull() throws Exception {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        MoquetteSession session = sessions.open(channel);
        CountDownLatch connected = new CountDownLatch(1);
        assertTrue(session.connect(connect(), connected::countDown));
        assertTrue(connected.await(10, TimeUnit.SECONDS));
        CountDownLatch unblockLoop = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        assertTrue(session.unsubscribe(List.of("grill/signal"), 1, () -> {
            blocked.countDown();
            awaitQuietly(unblockLoop);
        }));
        assertTrue(blocked.await(10, TimeUnit.SECONDS));
        int packetId = 2;
        while (session.unsubscribe(List.of("grill/signal"), packetId, () -> {})) {
            packetId++;
        }

        channel.close().syncUninterruptibly();
        session.channelClosed();
        channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks(); // the queue is still full

        unblockLoop.countDown();
        await().until(() -> {
            channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            return !sessions.hasSession("grill");
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static MqttConnectMessage connect() {
        return MqttMessageBuilders.connect()
                .clientId("grill")
                .username("grill")
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .cleanSession(true)
                .keepAlive(60)
                .build();
    }
}
