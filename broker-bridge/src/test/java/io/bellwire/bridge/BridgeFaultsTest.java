package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.broker.SignalTopic;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.Cursor;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.bellwire.route.RoutesFile;
import io.bellwire.route.TopicTemplate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Channels, events and brokers that throw: each failure is one fault, and the bridge and all other readers go on. */
class BridgeFaultsTest extends BridgeFixture {
    /** A channel of the grill that throws where the test says. */
    private static final class FaultyChannel implements SignalChannel {
        private Runnable whenOpened = BridgeFaultsTest::succeed;
        private Runnable whenRouted = BridgeFaultsTest::succeed;
        private Runnable whenSent = BridgeFaultsTest::succeed;
        private int sent;

        @Override
        public FeedId feed() {
            return GRILL_FEED;
        }

        @Override
        public DoorbellKind kind() {
            return DoorbellKind.SSE;
        }

        @Override
        public Optional<Cursor> lastHeard() {
            whenOpened.run();
            return Optional.empty();
        }

        @Override
        public boolean carries(TopicTemplate topic) {
            whenRouted.run();
            return true;
        }

        @Override
        public CompletionStage<Handover> send(SignalMessage message) {
            whenSent.run();
            sent++;
            return CompletableFuture.completedFuture(Handover.WRITTEN);
        }
    }

    private final FaultyChannel channel = new FaultyChannel();

    private static void succeed() {}

    private static void fail() {
        throw new IllegalStateException("bug");
    }

    private static void runOutOfMemory() {
        throw new OutOfMemoryError("test");
    }

    private void assertOneFaultThatDoesNotAffectTheFryer() {
        subscribed(FRYER);
        time.runDue();
        assertEquals(List.of(0L), broker.takeRevisions());
        assertEquals(1, counter("bellwire.bridge.faults"));
    }

    /** Routes that have to be asked, and a change that they are asked about. */
    private void commitRouted() {
        bridge.use(new RoutesFile(BridgeOptions.DEFAULT.plainRule()).parse("routes.yaml", """
                routes:
                  - name: menus
                    match: {type: menu.changed}
                    ring: {tier: event}
                """));
        EventJson lamp = new EventJson("\"type\":\"lamp.off\"}".getBytes(StandardCharsets.UTF_8), 0);
        recent.add(GRILL_FEED, 1, new Event(new EventNumber(1), 0, lamp, null));
        commit(GRILL_FEED, 1);
    }

    @Test
    void channelThatThrowsWhenItOpens() {
        channel.whenOpened = BridgeFaultsTest::fail;
        bridge.channelOpened(channel);
        assertOneFaultThatDoesNotAffectTheFryer();
    }

    @Test
    void conditionThatThrowsWhenChannelsClose() {
        bridge.channelOpened(channel);
        bridge.channelsClosed(GRILL_FEED, which -> {
            throw new IllegalStateException("bug");
        });
        assertOneFaultThatDoesNotAffectTheFryer();
    }

    @Test
    void commitThatMakesNoSense() {
        bridge.channelOpened(channel);
        bridge.committed(List.of(new Advance(GRILL_FEED, new Revision(1), 5, EIGHT)));
        assertOneFaultThatDoesNotAffectTheFryer();
    }

    @Test
    void channelThatThrowsWhenItSendsIsTriedAgainAfterAWait() {
        channel.whenSent = BridgeFaultsTest::fail;
        bridge.channelOpened(channel);
        assertOneFaultThatDoesNotAffectTheFryer();
        assertEquals(1, signals("greeting", "failed"));
        channel.whenSent = BridgeFaultsTest::succeed;
        time.advanceMillis(499);
        assertEquals(0, channel.sent);
        time.advanceMillis(501);
        assertEquals(1, channel.sent);
    }

    @Test
    void feedThatCannotBeServedGetsAnotherTurnAfterASecond() {
        bridge.channelOpened(channel);
        time.advance(Duration.ofHours(1));
        channel.whenRouted = BridgeFaultsTest::fail;
        commitRouted();
        assertOneFaultThatDoesNotAffectTheFryer();
        channel.whenRouted = BridgeFaultsTest::succeed;
        time.advanceMillis(999);
        assertEquals(1, channel.sent, "the greeting");
        time.advanceMillis(1);
        assertEquals(2, channel.sent);
    }

    @Test
    void signalsBeforeTheBrokerIsKnownAreTriedAgain() {
        SimpleMeterRegistry otherMeters = new SimpleMeterRegistry();
        Bridge other = new Bridge(BridgeOptions.DEFAULT, FeedSources.of(positions), time, new Random(7), otherMeters);
        MqttChannels channels = new MqttChannels(other);
        other.start();
        channels.subscribed(GRILL, SignalTopic.of(GRILL), DoorbellKind.MQTT);
        time.runDue();
        channels.sendWith(broker);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(0L), broker.takeRevisions());
        assertEquals(0, otherMeters.get("bellwire.bridge.faults").counter().count());
    }

    @Test
    void subscriptionsOfAConnectionEndWhenAnotherTakesItsPlace() {
        connected(GRILL);
        mqttChannels.connected(GRILL, DoorbellKind.MQTT);
        assertEquals(0, gauge("bellwire.bridge.devices"));
        subscribed(GRILL);
        time.runDue();
        assertEquals(List.of(0L), broker.takeRevisions());
    }

    /** The handler of a server ends the process: one that has run out of memory may have lost some of its threads. */
    @Test
    void errorOfMemoryReachesTheHandlerOfTheThreadWhereverItIsThrown() {
        List<Throwable> handled = new ArrayList<>();
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((where, thrown) -> handled.add(thrown));
        try {
            broker.beforeBatch = BridgeFaultsTest::runOutOfMemory;
            subscribed(FRYER);
            time.runDue();
            assertEquals(1, handled.size(), "in the broker");

            channel.whenRouted = BridgeFaultsTest::runOutOfMemory;
            bridge.channelOpened(channel);
            time.runDue();
            commitRouted();
            time.advanceMillis(200);
            assertEquals(2, handled.size(), "while a feed is served");

            bridge.endTurnsWith(BridgeFaultsTest::runOutOfMemory);
            bridge.processed(GRILL_FEED, new Revision(1));
            bridge.channelClosed(channel);
            time.runDue();
            assertEquals(3, handled.size(), "at the end of a turn");
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
    }
}
