package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Fetches, connections, saves and acknowledgements that fail. Holds guarantees 3 and 4. */
class DeviceFailingTest extends DeviceFixture {
    @Test
    void failedFetchIsRepeatedAfterAWaitWithFullJitterWhoseCeilingDoubles() {
        becomeUpToDateAt(5);
        signal(6);

        long ceiling = 100;
        for (int i = 0; i < 12; i++) {
            assertEquals(List.of(), fetched(new FetchResult.Failed(0, "refused")));
            long wait = grill.wakeAtMillis() - now;
            long maxWait = ceiling;
            assertTrue(wait >= 1 && wait <= maxWait, () -> "waits " + wait + " of " + maxWait);
            assertEquals(List.of(fetch(5)), tickWhenDue());
            ceiling = Math.min(10_000, ceiling * 2);
        }
    }

    @Test
    void retryAfterIsObeyedEvenIfTheDeviceReconnectsOrSignalsArrive() {
        becomeUpToDateAt(5);
        signal(6);
        fetched(new FetchResult.Failed(30_000, "503"));

        assertEquals(List.of(), signal(7));
        disconnected();
        assertEquals(List.of(SUBSCRIBE), tickWhenDue());
        subscribed();
        assertEquals(List.of(), tickWhenDueBefore(now + 12_001), "the time for the greeting");
        assertTrue(grill.wakeAtMillis() > 30_000, "no request before the end of Retry-After");
        assertEquals(List.of(fetch(5)), tickWhenDue());
    }

    @Test
    void reconnectingEndsALongWait() {
        becomeUpToDateAt(5);
        signal(6);
        for (int i = 0; i < 10; i++) {
            fetched(new FetchResult.Failed(0, "refused"));
            tickWhenDue();
        }
        fetched(new FetchResult.Failed(0, "refused"));
        disconnected();
        while (!ticked().contains(SUBSCRIBE)) {
            now = grill.wakeAtMillis();
        }

        subscribed();
        assertTrue(grill.wakeAtMillis() - now <= 100);
    }

    @Test
    void signalsDuringTheWaitDoNotShortenIt() {
        becomeUpToDateAt(5);
        signal(6);
        fetched(new FetchResult.Failed(0, "refused"));
        long due = grill.wakeAtMillis();

        assertEquals(List.of(), signal(7));
        assertEquals(due, grill.wakeAtMillis());
    }

    @Test
    void reconnectingHasABackoffThatOnlyALastingConnectionResets() {
        becomeUpToDateAt(5);

        long longest = 0;
        for (int i = 0; i < 20; i++) {
            disconnected();
            longest = Math.max(longest, grill.wakeAtMillis() - now);
            now = grill.wakeAtMillis();
            assertEquals(List.of(SUBSCRIBE), ticked());
            subscribed();
        }
        assertTrue(longest > 1_000, "connections that end at once make the wait longer");
        signal(5);
        now += 60_000;
        disconnected();
        assertTrue(grill.wakeAtMillis() - now <= 100, "a connection of a minute resets the wait");
    }

    @Test
    void stateThatCannotBeSavedIsNotAcknowledgedAndIsFetchedAgain() {
        becomeUpToDateAt(5);
        signal(6);
        page(5, true, created(6, "order-6"));

        assertEquals(List.of(), on(new Input.SaveFailed(now)));
        assertEquals(cursor(5), grill.state().cursor());
        assertEquals(List.of(fetch(5)), tickAfterFailure());
        page(5, true, created(6, "order-6"));
        assertEquals(List.of(CAUGHT_UP, ack(6)), saved());
    }

    @Test
    void failedAcknowledgementIsRepeatedWithTheNewestPositionAndBlocksNothing() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));
        assertEquals(List.of(CAUGHT_UP, ack(1)), saved());
        assertEquals(List.of(), on(new Input.Acked(now, new AckResult.Failed(0, "refused"))));

        assertEquals(List.of(fetch(1)), signal(2));
        page(1, true, created(2, "order-2"));
        assertEquals(List.of(CAUGHT_UP), saved(), "the acknowledgement still waits");
        assertEquals(List.of(ack(2)), tickWhenDue());
        assertEquals(List.of(), acked());
    }

    @Test
    void refusedAcknowledgementMakesTheDeviceFetch() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));
        saved();

        assertEquals(List.of(fetch(1)), on(new Input.Acked(now, new AckResult.Refused())));
        assertEquals(List.of(CAUGHT_UP), page(1, true));
    }

    @Test
    void deviceThatDiedBetweenSavingAndAcknowledgingAcknowledgesAfterItsRestart() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));
        saved();

        grill = device(savedStates.get(savedStates.size() - 1));
        started();
        assertEquals(List.of(), subscribed());
        assertEquals(List.of(FETCH_SKIPPED), signal(1));
        assertEquals(List.of(ack(1)), tickWhenDueBefore(now + 1_001));
    }

    @Test
    void deviceThatDiedBeforeSavingFetchesAndAppliesAgain() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));

        grill = device(stateAt(0));
        started();
        subscribed();
        assertEquals(List.of(fetch(0)), signal(1));
        Effect.Save save = (Effect.Save) page(0, true, created(1, "order-1")).get(0);
        assertEquals(1, save.state().applied());
    }

    @Test
    void fetchThatSucceedsEndsTheBackoffOfFetches() {
        for (boolean bringsAChange : List.of(true, false)) {
            becomeUpToDateAt(5);
            signal(6);
            for (int i = 0; i < 10; i++) {
                fetched(new FetchResult.Failed(0, "refused"));
                assertEquals(List.of(fetch(5)), tickAfterFailure());
            }
            if (bringsAChange) {
                page(5, true, created(6, "order-6"));
                saved();
            } else {
                page(5, true);
            }

            signal(7);
            fetched(new FetchResult.Failed(0, "refused"));
            assertTrue(grill.wakeAtMillis() - now <= 100, () -> "waits " + (grill.wakeAtMillis() - now));
        }
    }

    @Test
    void acknowledgementThatSucceedsEndsTheBackoffOfAcknowledgements() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));
        saved();
        for (int i = 0; i < 10; i++) {
            on(new Input.Acked(now, new AckResult.Failed(0, "refused")));
            assertEquals(List.of(ack(1)), tickAfterFailure());
        }
        acked();

        signal(2);
        page(1, true, created(2, "order-2"));
        assertEquals(List.of(CAUGHT_UP, ack(2)), saved());
        on(new Input.Acked(now, new AckResult.Failed(0, "refused")));
        assertEquals(List.of(ack(2)), tickWhenDueBefore(now + 101));
    }

    @Test
    void answerThatIsOfNoUseIsAskedForAgainAndNotAcknowledged() {
        for (FetchResult useless : List.of(
                new FetchResult.Failed(0, "refused"),
                new FetchResult.Page(List.of(created(9, "order-9")), cursor(9), true),
                new FetchResult.Page(List.of(), cursor(7), false),
                new FetchResult.Snapshot(List.of(), cursor(7), null))) {
            grill = device(stateAt(7));
            started();
            assertEquals(List.of(fetch(7)), disconnected());

            assertEquals(List.of(), fetched(useless));
            assertEquals(Set.of(SUBSCRIBE, fetch(7)), Set.copyOf(tickFor(1_000)), useless::toString);
        }
    }

    @Test
    void acknowledgementThatIsRefusedDuringAFetchMakesTheDeviceFetchAgain() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));
        saved();
        signal(2);

        assertEquals(List.of(), on(new Input.Acked(now, new AckResult.Refused())));
        page(1, true, created(2, "order-2"));
        assertEquals(List.of(fetch(2)), saved());
    }

    @Test
    void saveThatFailsDoesNotBringBackTheReasonOfAnEarlierFetch() {
        for (boolean bringsAChange : List.of(true, false)) {
            becomeUpToDateAt(5);
            assertEquals(List.of(fetch(5)), tickWhenDue(), "a safety poll");
            if (bringsAChange) {
                page(5, true, created(6, "order-6"));
                saved();
                acked();
            } else {
                page(5, true);
            }
            long next = grill.state().cursor().revision() + 1;
            fullSignal(created(next, "order-" + next));
            on(new Input.SaveFailed(now));

            fullSignal(created(next, "order-" + next));
            assertEquals(List.of(CAUGHT_UP, ack(next)), saved());
        }
    }
}
