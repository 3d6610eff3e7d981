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

class RosterTest {
    private static final FeedId GRILL_FEED = FeedId.ofDevice(new DeviceId("grill"));
    private static final Line MQTT = new TestLine(GRILL_FEED, DoorbellKind.MQTT);
    private static final Line SSE = new TestLine(GRILL_FEED, DoorbellKind.SSE);

    private final Roster roster = new Roster(BridgeOptions.DEFAULT, new Herd(() -> 1_000, Duration.ofSeconds(30)));

    private record TestLine(FeedId feed, DoorbellKind kind) implements Line {
        @Override
        public CompletionStage<Handover> ring(Ring ring) {
            return CompletableFuture.completedFuture(Handover.WRITTEN);
        }
    }

    @Test
    void lineThatOpensAgainKeepsItsBell() {
        assertSame(roster.opened(MQTT), roster.opened(new TestLine(GRILL_FEED, DoorbellKind.MQTT)));
    }

    @Test
    void linesOfOneFeedHaveABellEach() {
        Bell mqtt = roster.opened(MQTT);
        Bell sse = roster.opened(SSE);
        assertEquals(List.of(mqtt, sse), roster.of(GRILL_FEED));
        roster.forget(mqtt);
        assertEquals(List.of(sse), roster.of(GRILL_FEED));
        roster.forget(sse);
        assertEquals(List.of(), roster.of(GRILL_FEED));
        assertEquals(0, roster.size());
    }

    @Test
    void openingThatComesWhileTheLineIsBeingForgottenIsNotForgottenWithIt() {
        Bell forgotten = roster.opened(MQTT);
        // marked, and not taken out yet
        forgotten.gone = true;
        Bell bell = roster.opened(MQTT);
        assertNotSame(forgotten, bell);
        roster.forget(forgotten);
        assertFalse(bell.gone);
        assertSame(bell, roster.opened(MQTT));
        assertEquals(List.of(bell), roster.of(GRILL_FEED));
        assertEquals(1, roster.size());
    }
}
