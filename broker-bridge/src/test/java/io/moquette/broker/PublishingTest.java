package io.moquette.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moquette.broker.subscriptions.Topic;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows what Moquette does with publications, and that each gets the right outcome. */
class PublishingTest {
    private static final int QUEUE = 4;

    private final List<String> thrown = new CopyOnWriteArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    private MoquetteSessions sessions = new MoquetteSessions(
            QUEUE, (client, topic) -> true, Clock.systemUTC(), (command, error) -> thrown.add(command + " " + error));

    @AfterEach
    void stop() {
        sessions.close();
    }

    @Test
    void publicationIsWrittenToTheSubscriberAndReportedAsPublishedAfterwards() throws Exception {
        subscribe("grill", channel);
        RecordedPublication publication = new RecordedPublication("grill", "grill/signal");
        sessions.publish(List.of(publication));
        assertEquals(List.of("grill/signal: note"), written(channel));
        channel.runPendingTasks();
        assertEquals("published", publication.outcome);
    }

    @Test
    void clientThatIsNotInMoquettesDirectoryGetsNothing() throws Exception {
        subscribe("grill", channel);
        sessions.subscriptions().removeSubscription(new Topic("grill/signal"), "grill");
        assertEquals("not subscribed", publish("grill"));
        assertEquals("not subscribed", publish("nobody"));
        assertEquals(List.of(), written(channel));
    }

    @Test
    void subscriptionEndsWithUnsubscribe() throws Exception {
        MoquetteSession session = subscribe("grill", channel);
        assertEquals(0, session.subscriptionIdOf("grill/signal"));
        run(done -> session.unsubscribe(List.of("grill/signal"), 2, done));
        assertEquals(-1, session.subscriptionIdOf("grill/signal"));
        assertEquals("not subscribed", publish("grill"));
    }

    @Test
    void subscriptionEndsWithItsSession() throws Exception {
        subscribe("grill", channel).channelClosed();
        await().until(() -> !sessions.hasSession("grill"));
        assertEquals(0, sessions.subscriptions().size());
        assertEquals("not subscribed", publish("grill"));
    }

    @Test
    void subscriptionEndsWhenANewerConnectionTakesOver() throws Exception {
        MoquetteSession first = subscribe("grill", channel);
        EmbeddedChannel other = new EmbeddedChannel();
        MoquetteSession second = connect("grill", other);
        assertEquals(0, sessions.subscriptions().size());
        assertEquals("not subscribed", publish("grill"));

        subscribe(second, "grill", other);
        first.channelClosed();
        run(done -> second.unsubscribe(List.of("another/topic"), 2, done)); // after the first session's end
        other.releaseOutbound();
        RecordedPublication publication = new RecordedPublication("grill", "grill/signal");
        sessions.publish(List.of(publication));
        assertEquals(List.of("grill/signal: note"), written(other));
        other.runPendingTasks();
        assertEquals("published", publication.outcome);
    }

    @Test
    void unsubscribeOfAConnectionThatWasTakenOverKeepsTheSubscriptionOfTheNewerOne() throws Exception {
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void close(ChannelHandlerContext context, ChannelPromise promise) {
                // never closes, as a real channel closes only later, on its event loop
            }
        });
        MoquetteSession first = subscribe("grill", channel);
        MoquetteSession second = subscribe("grill", new EmbeddedChannel());
        assertTrue(channel.isActive());

        run(done -> first.unsubscribe(List.of("grill/signal"), 2, done));

        assertEquals(0, second.subscriptionIdOf("grill/signal"));
        assertEquals(List.of(), written(channel));
    }

    @Test
    void publicationThatMoquetteDropsBecauseTheChannelIsFullIsReportedWithoutBeingWritten() throws Exception {
        subscribe("grill", channel);
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        RecordedPublication publication = new RecordedPublication("grill", "grill/signal");
        sessions.publish(List.of(publication));
        channel.runPendingTasks();
        assertEquals("published", publication.outcome);
        assertEquals(List.of(), written(channel));
    }

    @Test
    void publicationThatThrowsStopsNeitherItsBatchNorItsLoop() throws Exception {
        subscribe("grill", channel);
        RecordedPublication bad = new RecordedPublication("grill", "grill/signal") {
            @Override
            public MqttPublishMessage message() {
                throw new IllegalStateException("bug");
            }
        };
        sessions.publish(List.of(
                new RecordedPublication("grill", "grill/signal"),
                bad,
                new RecordedPublication("grill", "grill/signal")));
        assertEquals("failed", bad.outcome);
        assertEquals(2, written(channel).size());
        assertEquals(List.of("PUB java.lang.IllegalStateException: bug"), thrown);

        sessions.publish(List.of(new RecordedPublication("grill", "grill/signal")));
        assertEquals(1, written(channel).size());
    }

    @Test
    void batchThatThrowsGivesAllItsPublicationsAnOutcome() throws Exception {
        sessions.close();
        sessions = new MoquetteSessions(QUEUE, (client, topic) -> true, Clock.systemUTC(), (command, error) -> {
            if (command.equals("PUB")) {
                throw new IllegalStateException("no memory to report it");
            }
        });
        subscribe("grill", channel);
        RecordedPublication bad = new RecordedPublication("grill", "grill/signal") {
            @Override
            public MqttPublishMessage message() {
                throw new IllegalStateException("bug");
            }
        };
        RecordedPublication next = new RecordedPublication("grill", "grill/signal");
        sessions.publish(List.of(bad, next));
        assertEquals("failed", bad.outcome);
        assertEquals("failed", next.outcome);
        assertEquals("not subscribed", publish("nobody"), "the loop goes on");
    }

    @Test
    void publicationForWhichMoquetteThrowsIsFailed() throws Exception {
        subscribe("grill", channel);
        RecordedPublication bad = new RecordedPublication("grill", "grill/signal") {
            @Override
            public MqttPublishMessage message() {
                MqttPublishMessage message = super.message();
                message.release(); // Moquette's own command throws, inside the batch's
                return message;
            }
        };
        RecordedPublication good = new RecordedPublication("grill", "grill/signal");
        sessions.publish(List.of(bad, good));
        channel.runPendingTasks();
        assertEquals("failed", bad.outcome);
        assertEquals("published", good.outcome);
        assertEquals(List.of("grill/signal: note"), written(channel));
    }

    @Test
    void batchesOfABusyLoopWaitAsOneCommandEachUntilItsQueueIsFull() throws Exception {
        subscribe("grill", channel);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        sessions.sessionLoops().routeCommand("grill", "TEST", () -> {
            busy.countDown();
            assertTrue(go.await(10, TimeUnit.SECONDS));
            return null;
        });
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        List<RecordedPublication> notes = new ArrayList<>();
        for (int batch = 0; batch < QUEUE; batch++) {
            List<RecordedPublication> several = List.of(
                    new RecordedPublication("grill", "grill/signal"), new RecordedPublication("grill", "grill/signal"));
            notes.addAll(several);
            sessions.publish(several);
        }
        assertEquals("failed", publish("grill"), "no room");
        go.countDown();
        await().until(() -> {
            channel.runPendingTasks();
            return notes.stream().allMatch(publication -> publication.outcome.equals("published"));
        });
        assertEquals(notes.size(), written(channel).size());
    }

    @Test
    void publicationsThatWaitWhenTheLoopsEndGetAnOutcome() throws Exception {
        subscribe("grill", channel);
        CountDownLatch busy = new CountDownLatch(1);
        sessions.sessionLoops().routeCommand("grill", "TEST", () -> {
            busy.countDown();
            new CountDownLatch(1).await(); // until it is interrupted, which ends the loop
            return null;
        });
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        RecordedPublication waiting = new RecordedPublication("grill", "grill/signal");
        sessions.publish(List.of(waiting));
        assertEquals("none", waiting.outcome);
        sessions.close();
        await().until(() -> !waiting.outcome.equals("none"));
        assertEquals("not subscribed", publish("nobody"));
    }

    private String publish(String client) {
        RecordedPublication publication = new RecordedPublication(client, client + "/signal");
        sessions.publish(List.of(publication));
        return publication.outcome;
    }

    private MoquetteSession subscribe(String client, EmbeddedChannel to) throws Exception {
        MoquetteSession session = connect(client, to);
        subscribe(session, client, to);
        return session;
    }

    private void subscribe(MoquetteSession session, String client, EmbeddedChannel to) throws Exception {
        run(done -> session.subscribe(List.of(client + "/signal"), 0, 1, done));
        to.releaseOutbound();
    }

    private MoquetteSession connect(String client, EmbeddedChannel to) throws Exception {
        MoquetteSession session = sessions.open(to);
        MqttConnectMessage connect = MqttMessageBuilders.connect()
                .clientId(client)
                .username(client)
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .cleanSession(true)
                .keepAlive(60)
                .build();
        run(done -> session.connect(connect, done));
        assertTrue(session.isConnected());
        return session;
    }

    private interface RoutedCommand {
        boolean route(Runnable done);
    }

    private static void run(RoutedCommand command) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        assertTrue(command.route(done::countDown));
        assertTrue(done.await(10, TimeUnit.SECONDS));
    }

    /** What Moquette has published to this channel since the last call, as {@code topic: payload}. */
    private static List<String> written(EmbeddedChannel to) {
        to.flush();
        List<String> all = new ArrayList<>();
        for (Object message = to.readOutbound(); message != null; message = to.readOutbound()) {
            MqttPublishMessage publish = (MqttPublishMessage) message;
            all.add(publish.variableHeader().topicName() + ": "
                    + publish.payload().toString(StandardCharsets.UTF_8));
            publish.release();
        }
        return all;
    }

    /** A publication that records its outcome. */
    private static class RecordedPublication implements Publication {
        private final String clientId;
        private final String topic;
        private volatile String outcome = "none";

        private RecordedPublication(String clientId, String topic) {
            this.clientId = clientId;
            this.topic = topic;
        }

        @Override
        public String clientId() {
            return clientId;
        }

        @Override
        public MqttPublishMessage message() {
            return MqttMessageBuilders.publish()
                    .topicName(topic)
                    .qos(MqttQoS.AT_MOST_ONCE)
                    .payload(Unpooled.copiedBuffer("note", StandardCharsets.UTF_8))
                    .build();
        }

        @Override
        public void notSubscribed() {
            outcome = "not subscribed";
        }

        @Override
        public void failed() {
            outcome = "failed";
        }

        @Override
        public void published(Channel published) {
            outcome = "published";
        }
    }
}
