package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ChannelRegistryTest {
    private static final FeedId GRILL_FEED = FeedId.ofDevice(new DeviceId("grill"));
    private static final SignalChannel MQTT = new TestLine(GRILL_FEED, DoorbellKind.MQTT);
    private static final SignalChannel SSE = new TestLine(GRILL_FEED, DoorbellKind.SSE);

    private final ChannelRegistry roster =
            new ChannelRegistry(BridgeOptions.DEFAULT, new FetchSpreader(() -> 1_000, Duration.ofSeconds(30)));

    private record TestLine(FeedId feed, DoorbellKind kind) implements SignalChannel {
        @Override
        public CompletionStage<Handover> ring(SignalMessage ring) {
            return CompletableFuture.completedFuture(Handover.WRITTEN);
        }
    }

    @Test
    void lineThatOpensAgainKeepsItsBell() {
        assertSame(roster.opened(MQTT), roster.opened(new TestLine(GRILL_FEED, DoorbellKind.MQTT)));
    }

    @Test
    void linesOfOneFeedHaveABellEach() {
        ChannelEntry mqtt = roster.opened(MQTT);
        ChannelEntry sse = roster.opened(SSE);
        assertEquals(List.of(mqtt, sse), roster.of(GRILL_FEED));
        roster.forget(mqtt);
        assertEquals(List.of(sse), roster.of(GRILL_FEED));
        roster.forget(sse);
        assertEquals(List.of(), roster.of(GRILL_FEED));
        assertEquals(0, roster.size());
    }

    @Test
    void openingThatComesWhileTheLineIsBeingForgottenIsNotForgottenWithIt() {
        ChannelEntry forgotten = roster.opened(MQTT);
        // marked, and not taken out yet
        forgotten.gone = true;
        ChannelEntry bell = roster.opened(MQTT);
        assertNotSame(forgotten, bell);
        roster.forget(forgotten);
        assertFalse(bell.gone);
        assertSame(bell, roster.opened(MQTT));
        assertEquals(List.of(bell), roster.of(GRILL_FEED));
        assertEquals(1, roster.size());
    }
}
