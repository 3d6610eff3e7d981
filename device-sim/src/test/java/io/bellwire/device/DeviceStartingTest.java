package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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

        assertEquals(List.of(ack(7)), subscribed());
        assertEquals(List.of(FETCH_SKIPPED), signal(7));
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

        assertEquals(now + 2_000, grill.wakeAtMillis());
        now += 2_000;
        assertEquals(List.of(fetch(7)), ticked());
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
