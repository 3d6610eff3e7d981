package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ChannelRegistryTest {
    private static final FeedId GRILL_FEED = FeedId.ofDevice(new DeviceId("grill"));
    private static final SignalChannel MQTT = new TestChannel(GRILL_FEED, DoorbellKind.MQTT);
    private static final SignalChannel SSE = new TestChannel(GRILL_FEED, DoorbellKind.SSE);

    private final FetchSpreader spreader = new FetchSpreader(() -> 1_000, Duration.ofSeconds(30));
    private final ChannelRegistry registry = new ChannelRegistry(BridgeOptions.DEFAULT, spreader);

    private record TestChannel(FeedId feed, DoorbellKind kind) implements SignalChannel {
        @Override
        public CompletionStage<Handover> send(SignalMessage message) {
            return CompletableFuture.completedFuture(Handover.WRITTEN);
        }
    }

    private static List<SignalChannel> open(TrackedFeed feed) {
        return feed.channels().stream().map(ChannelState::channel).toList();
    }

    @Test
    void channelThatOpensAgainKeepsItsState() {
        TrackedFeed feed = registry.open(MQTT);
        ChannelState state = feed.channels().get(0);
        assertSame(feed, registry.open(new TestChannel(GRILL_FEED, DoorbellKind.MQTT)));
        assertEquals(List.of(state), feed.channels());
    }

    @Test
    void feedIsTrackedOnceForAllItsChannelsAndNoLongerThanTheyAreOpen() {
        TrackedFeed feed = registry.open(MQTT);
        assertSame(feed, registry.open(SSE));
        assertEquals(List.of(MQTT, SSE), open(feed));
        assertEquals(2, registry.size());
        assertEquals(1, spreader.expected(), "one reader may be about to read");

        assertSame(feed, registry.close(GRILL_FEED, MQTT::equals));
        assertEquals(List.of(SSE), open(feed));
        assertSame(feed, registry.close(GRILL_FEED, SSE::equals));
        assertNull(registry.of(GRILL_FEED));
        assertEquals(0, registry.size());
        assertEquals(0, spreader.expected());
        assertNull(registry.close(GRILL_FEED, SSE::equals));
    }

    @Test
    void channelThatOpensWhileItIsBeingDroppedStaysOpen() {
        TrackedFeed feed = registry.open(MQTT);
        ChannelState dropped = feed.channels().get(0);
        // closed, and not removed yet
        dropped.close();
        registry.open(MQTT);
        registry.dropClosed(feed);
        ChannelState state = feed.channels().get(0);
        assertNotSame(dropped, state);
        assertTrue(dropped.isClosed());
        assertFalse(state.isClosed());
        assertSame(feed, registry.of(GRILL_FEED));
        assertEquals(1, registry.size());
    }
}
