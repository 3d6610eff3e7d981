package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How a device starts, and whether it fetches what it may have missed. */
class DeviceStartingTest extends DeviceFixture {
    @Test
    void freshDeviceSubscribesFirstAndFetchesSecond() {
        assertEquals(List.of(SUBSCRIBE), started());
        assertEquals(List.of(fetch(null)), subscribed());
    }

    @Test
    void deviceWithStateWaitsForTheGreetingAndDoesNotFetchIfItIsUpToDate() {
        grill = device(stateAt(7));
        started();

        assertEquals(List.of(), subscribed());
        assertEquals(List.of(FETCH_SKIPPED), signal(7));
        becomeAcknowledged();
        assertTrue(grill.wakeAtMillis() > now + 400_000, "only the safety poll is left");
    }

    @Test
    void deviceThatMissedSignalsFetchesFromItsCursor() {
        grill = device(stateAt(7));
        started();
        subscribed();

        assertEquals(List.of(fetch(7)), signal(9));
    }

    @Test
    void deviceWithoutAGreetingFetches() {
        grill = device(stateAt(7));
        started();
        subscribed();

        assertTrue(grill.wakeAtMillis() >= now + 2_000);
        assertEquals(List.of(fetch(7)), tickWhenDueBefore(now + 12_001));
        assertEquals(List.of(CAUGHT_UP), page(7, true));
        becomeAcknowledged();
    }

    @Test
    void deviceThatFetchesForAnotherReasonNeedsNoGreeting() {
        grill = device(stateAt(7));
        started();
        disconnected();
        fetched(new FetchResult.Failed(1_000, "503"));
        assertEquals(List.of(SUBSCRIBE), tickWhenDue());
        subscribed();

        assertEquals(List.of(fetch(7)), tickWhenDueBefore(now + 2_000));
        assertEquals(List.of(CAUGHT_UP), page(7, true));
        becomeAcknowledged();
        assertTrue(grill.wakeAtMillis() > now + 400_000, "only the safety poll is left");
    }

    /** A server whose bridge is dead greets nobody: all its devices miss the greeting at once. */
    @Test
    void guarantee6FetchesForMissingGreetingsAreSpread() {
        long[] fifths = new long[5];
        for (int seed = 0; seed < 500; seed++) {
            grill = new Device(SETTINGS, stateAt(7), new SplittableRandom(seed));
            started();
            subscribed();
            long wait = grill.wakeAtMillis() - now;
            assertTrue(wait >= 2_000 && wait < 12_000, () -> "waits " + wait);
            fifths[(int) ((wait - 2_000) / 2_000)]++;
        }
        for (long fifth : fifths) {
            assertTrue(fifth > 60, () -> "of 500 only " + fifth + " in a fifth");
        }
    }

    @Test
    void deviceWhoseBrokerIsUnreachableFetchesOnce() {
        grill = device(stateAt(7));
        started();

        assertEquals(List.of(fetch(7)), disconnected());
        assertEquals(List.of(CAUGHT_UP), page(7, true));
        assertEquals(List.of(SUBSCRIBE), tickWhenDue());
        assertEquals(List.of(), disconnected());
    }

    @Test
    void freshDeviceOfAnEmptyFeedSavesTheCursorButAcknowledgesNothing() {
        started();
        subscribed();
        assertNull(grill.state().cursor());

        fetched(new FetchResult.Page(List.of(), cursor(0), true));
        assertEquals(List.of(CAUGHT_UP), saved());
        assertEquals(cursor(0), grill.state().cursor());
    }
}
