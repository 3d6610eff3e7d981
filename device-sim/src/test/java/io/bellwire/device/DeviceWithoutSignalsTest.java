package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Devices that receive no signals: long poll and polling. */
class DeviceWithoutSignalsTest extends DeviceFixture {
    private static final Doorbell LONG_POLL = new Doorbell.LongPoll(30_000);
    private static final Doorbell POLL = new Doorbell.Poll(10_000);

    @Test
    void longPollFetchesAllChangesFirstAndThenWaits() {
        grill = device(LONG_POLL, DeviceState.FRESH);

        assertEquals(List.of(fetch(null)), started());
        page(0, false, created(1, "order-1"));
        assertEquals(List.of(fetch(1)), saved());
        page(1, true, created(2, "order-2"));
        assertEquals(List.of(CAUGHT_UP, fetchAndWait(2)), saved());
        now += 5;
        page(2, true, created(3, "order-3"));
        assertEquals(List.of(CAUGHT_UP, fetchAndWait(3)), saved(), "a change that arrives early is a change");
        becomeAcknowledged();
        assertEquals(Device.NEVER_MILLIS, grill.wakeAtMillis(), "one fetch is always under way");
    }

    @Test
    void longPollWithoutAChangeIsRepeatedAtOnce() {
        waitInLongPoll();

        for (int i = 0; i < 5; i++) {
            now += 30_000;
            assertEquals(List.of(CAUGHT_UP, fetchAndWait(5)), page(5, true));
        }
    }

    @Test
    void serverThatDoesNotWaitIsAskedAfterLongerAndLongerPauses() {
        waitInLongPoll();

        long longest = 0;
        for (int i = 0; i < 12; i++) {
            now += 3;
            assertEquals(List.of(CAUGHT_UP), page(5, true));
            longest = Math.max(longest, grill.wakeAtMillis() - now);
            assertEquals(List.of(fetchAndWait(5)), tickWhenDue());
        }
        assertTrue(longest > 1_000, "it waited at most " + longest);
        now += 30_000;
        assertEquals(
                List.of(CAUGHT_UP, fetchAndWait(5)),
                page(5, true),
                "once the server waits again, the next long poll begins at once");
        now += 3;
        page(5, true);
        assertTrue(grill.wakeAtMillis() - now <= 100, "and the pauses begin anew");
    }

    @Test
    void failedLongPollIsRepeatedWithBackoffAndWaitsOnceTheDeviceIsUpToDate() {
        waitInLongPoll();

        long ceiling = 100;
        for (int i = 0; i < 5; i++) {
            assertEquals(List.of(), fetched(new FetchResult.Failed(0, "refused")));
            long maxWait = ceiling;
            assertTrue(grill.wakeAtMillis() - now <= maxWait, () -> "waits more than " + maxWait);
            assertEquals(List.of(fetch(5)), tickWhenDue());
            ceiling *= 2;
        }
        assertEquals(List.of(CAUGHT_UP, fetchAndWait(5)), page(5, true));
    }

    @Test
    void longPollObeysRetryAfter() {
        waitInLongPoll();

        fetched(new FetchResult.Failed(30_000, "429"));
        assertTrue(grill.wakeAtMillis() > now + 30_000);
        assertEquals(List.of(fetch(5)), tickWhenDue());
    }

    @Test
    void longPollIsResetLikeAnyFetch() {
        waitInLongPoll();

        assertEquals(List.of(new Effect.FetchSnapshot(null)), reset());
        snapshotPart(null, 20, new OrderSnapshot("order-2", 3, "{}"));
        DeviceCursor snapshotCursor = new DeviceCursor(OTHER_EPOCH, 20);
        assertEquals(List.of(new Effect.FetchPage(snapshotCursor, 0)), saved());
        assertEquals(
                List.of(CAUGHT_UP, new Effect.FetchPage(snapshotCursor, 30_000)),
                fetched(new FetchResult.Page(List.of(), snapshotCursor, true)));
    }

    @Test
    void pollingDeviceFetchesAtItsStartAndThenAtAJitteredInterval() {
        grill = device(POLL, stateAt(5));
        assertEquals(List.of(fetch(5)), started());
        assertEquals(List.of(CAUGHT_UP), page(5, true));
        becomeAcknowledged();
        assertEquals(List.of(fetch(5)), tickWhenDue());

        for (int i = 0; i < 20; i++) {
            assertEquals(List.of(CAUGHT_UP), page(5, true));
            long wait = grill.wakeAtMillis() - now;
            assertTrue(wait >= 8_000 && wait <= 12_000, () -> "waits " + wait);
            assertEquals(List.of(fetch(5)), tickWhenDue());
        }
    }

    @Test
    void pollingDeviceNeverSubscribes() {
        grill = device(POLL, DeviceState.FRESH);
        started();
        fetched(new FetchResult.Failed(0, "refused"));

        assertEquals(List.of(fetch(null)), tickWhenDue());
        page(0, true, created(1, "order-1"));
        assertEquals(List.of(CAUGHT_UP, ack(1)), saved());
    }

    private void waitInLongPoll() {
        grill = device(LONG_POLL, stateAt(5));
        started();
        assertEquals(List.of(CAUGHT_UP, fetchAndWait(5)), page(5, true));
        becomeAcknowledged();
    }

    private static Device device(Doorbell doorbell, DeviceState state) {
        return new Device(SETTINGS.with(doorbell), state, new SplittableRandom(1));
    }

    private static Effect fetchAndWait(long after) {
        return new Effect.FetchPage(cursor(after), 30_000);
    }
}
