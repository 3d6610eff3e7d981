package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Revision;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The time of the oldest change that is not processed, where the bridge cannot know it from commits. */
class OldestChangeTest extends BridgeFixture {
    private String lastSignal() {
        List<String> signals = broker.take();
        return signals.get(signals.size() - 1);
    }

    @Test
    void untilALookUpHasAnsweredTheTimeIsTooEarlyRatherThanTooLate() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        commit(GRILL_FEED, 2);
        commit(GRILL_FEED, 3);
        positions.delayed = true;
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advanceMillis(100);
        assertTrue(lastSignal().contains("\"pending\":2,\"oldest_at\":\"2026-11-20T08:00:00.001Z\""));
    }

    @Test
    void changesThatWereReadBeforeTheirCommitWasNoticedHaveATimeToo() {
        connected(GRILL);
        positions.set(GRILL_FEED, 3, 3, 0, EIGHT);
        bridge.received(GRILL_FEED, new Revision(3));
        time.advance(Duration.ofMinutes(1));
        assertTrue(lastSignal().contains("\"pending\":3,\"oldest_at\":\"2026-11-20T08:00:00.000Z\""));
    }

    @Test
    void timeThatIsNotLookedUpYetIsThatOfTheNewestCommit() {
        connected(GRILL);
        positions.delayed = true;
        bridge.received(GRILL_FEED, new Revision(3));
        commit(GRILL_FEED, 4);
        time.runDue();
        assertTrue(lastSignal().contains("\"pending\":4,\"oldest_at\":\"2026-11-20T08:00:00.004Z\""));
    }

    @Test
    void feedIsNotLookedUpAgainOnceALookUpHasFoundNothingPending() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        commit(GRILL_FEED, 2);
        commit(GRILL_FEED, 3);
        time.runDue();
        int before = positions.lookUps.size();
        positions.set(GRILL_FEED, 3, 3, 3, null);
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advance(Duration.ofSeconds(1));
        int lookUps = positions.lookUps.size();
        assertEquals(before + 1, lookUps);
        time.advance(Duration.ofMinutes(5));
        assertEquals(lookUps, positions.lookUps.size());
    }
}
