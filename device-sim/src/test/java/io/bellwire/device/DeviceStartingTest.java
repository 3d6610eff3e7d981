package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How a device begins, and what it does about what it may have missed meanwhile. */
class DeviceStartingTest extends DeviceFixture {
    @Test
    void freshDeviceSubscribesFirstAndFetchesSecond() {
        assertEquals(List.of(LISTEN), started());
        assertEquals(List.of(fetch(null)), listening());
    }

    @Test
    void deviceWithStateWaitsForTheCurrentRevisionAndDoesNotPollWhenItHasIt() {
        grill = device(at(7));
        started();

        assertEquals(List.of(ack(7)), listening());
        assertEquals(List.of(SKIP), heard(7));
        assertTrue(grill.wakeAtMillis() > now + 400_000, "only the safety poll is left");
    }

    @Test
    void deviceThatMissedSignalsFetchesFromItsCursor() {
        grill = device(at(7));
        started();
        listening();

        assertEquals(List.of(fetch(7)), heard(9));
    }

    @Test
    void deviceThatIsNotGreetedPolls() {
        grill = device(at(7));
        started();
        listening();

        assertEquals(now + 2_000, grill.wakeAtMillis());
        now += 2_000;
        assertEquals(List.of(fetch(7)), ticked());
    }

    @Test
    void deviceWhoseBrokerCannotBeReachedReadsItsFeedOnce() {
        grill = device(at(7));
        started();

        assertEquals(List.of(fetch(7)), cut());
        assertEquals(List.of(CAUGHT_UP), page(7, true));
        assertEquals(List.of(LISTEN), atWake());
        assertEquals(List.of(), cut());
    }

    @Test
    void freshDeviceOfAnEmptyFeedKeepsTheCursorButAcknowledgesNothing() {
        started();
        listening();
        assertNull(grill.state().cursor());

        answered(new FetchResult.Page(List.of(), cursor(0), true));
        assertEquals(List.of(CAUGHT_UP), saved());
        assertEquals(cursor(0), grill.state().cursor());
    }
}
