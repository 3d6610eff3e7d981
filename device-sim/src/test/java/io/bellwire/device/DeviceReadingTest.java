package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signals, pages, saves and acknowledgements without failures. Holds guarantees 3 and 4. */
class DeviceReadingTest extends DeviceFixture {
    @Test
    void pageIsSavedAndThenAcknowledged() {
        becomeUpToDateAt(0);

        assertEquals(List.of(fetch(0)), signal(2));
        List<Effect> effects = page(0, true, created(1, "order-1"), created(2, "order-2"));

        Effect.Save save = (Effect.Save) effects.get(0);
        assertEquals(1, effects.size());
        assertEquals(cursor(2), save.state().cursor());
        assertEquals(Map.of("order-1", 1L, "order-2", 1L), save.state().versions());
        assertEquals(
                List.of(new Step.Applied(created(1, "order-1")), new Step.Applied(created(2, "order-2"))),
                save.steps());
        assertEquals(cursor(0), grill.state().cursor(), "not before it is saved");
        assertEquals(List.of(CAUGHT_UP, ack(2)), saved());
        assertEquals(cursor(2), grill.state().cursor());
    }

    @Test
    void deviceFetchesUntilItIsUpToDate() {
        becomeUpToDateAt(0);
        signal(3);

        page(0, false, created(1, "order-1"));
        assertEquals(List.of(fetch(1)), saved());
        page(1, false, created(2, "order-2"));
        assertEquals(List.of(fetch(2)), saved());
        page(2, true, created(3, "order-3"));
        assertEquals(List.of(CAUGHT_UP, ack(3)), saved(), "one acknowledgement for three pages");
        assertEquals(List.of(), acked());
    }

    @Test
    void longReadIsAcknowledgedEveryFiveSeconds() {
        becomeUpToDateAt(0);
        signal(100);
        List<Long> acknowledged = new ArrayList<>();
        for (long revision = 1; revision <= 100; revision++) {
            now += 500;
            page(revision - 1, revision == 100, created(revision, "order-" + revision));
            for (Effect effect : saved()) {
                if (effect instanceof Effect.Ack ack) {
                    acknowledged.add(ack.processed().revision());
                    acked();
                }
            }
        }

        assertEquals(List.of(11L, 22L, 33L, 44L, 55L, 66L, 77L, 88L, 99L, 100L), acknowledged);
    }

    @Test
    void acknowledgementUnderWayIsFollowedByTheNewestOne() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));
        assertEquals(List.of(CAUGHT_UP, ack(1)), saved());
        signal(2);
        page(1, true, created(2, "order-2"));
        assertEquals(List.of(CAUGHT_UP), saved());
        signal(3);
        page(2, true, created(3, "order-3"));
        assertEquals(List.of(CAUGHT_UP), saved());

        assertEquals(List.of(ack(3)), acked());
        assertEquals(List.of(), acked());
    }

    @Test
    void signalDuringAFetchIsFetchedForAfterwards() {
        becomeUpToDateAt(0);
        signal(1);

        assertEquals(List.of(), signal(2));
        page(0, true, created(1, "order-1"));
        assertEquals(List.of(fetch(1)), saved());
    }

    @Test
    void signalDuringAFetchThatTheAnswerCoversCausesNoFetch() {
        becomeUpToDateAt(0);
        signal(1);

        assertEquals(List.of(), signal(2));
        assertEquals(List.of(), signal(1), "late, and lower");
        page(0, true, created(1, "order-1"), created(2, "order-2"));
        assertEquals(List.of(CAUGHT_UP, ack(2)), saved());
    }

    @Test
    void signalDuringASaveIsNotLost() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, true, created(1, "order-1"));

        assertEquals(List.of(), signal(2));
        assertEquals(List.of(fetch(1)), saved());
    }

    @Test
    void repeatedAndLateSignalsAreSkipped() {
        becomeUpToDateAt(5);

        assertEquals(List.of(FETCH_SKIPPED), signal(5));
        assertEquals(List.of(FETCH_SKIPPED), signal(3));
    }

    @Test
    void signalOfAnotherEpochIsFetchedForWhateverItsRevision() {
        becomeUpToDateAt(5);

        assertEquals(List.of(fetch(5)), on(new Input.SignalReceived(now, new ReceivedSignal(OTHER_EPOCH, 1))));
    }

    @Test
    void safetyPollNeedsNoSignalAndIsJittered() {
        becomeUpToDateAt(5);

        long wait = grill.wakeAtMillis() - now;
        assertTrue(wait >= 480_000 && wait <= 720_000, () -> "waits " + wait);
        assertEquals(List.of(fetch(5)), tickWhenDue());
    }

    @Test
    void unknownTypesMoveTheCursorAndChangeNoOrder() {
        becomeUpToDateAt(0);
        signal(1);

        FeedChange other = new FeedChange(cursor(1), "com.example.cleaned", null, 0, "{}");
        Effect.Save save = (Effect.Save) page(0, true, other).get(0);
        assertEquals(Map.of(), save.state().versions());
        assertEquals(List.of(new Step.Applied(other)), save.steps());
    }

    @Test
    void pageWithAGapOrOfAnotherFeedIsNotApplied() {
        for (FetchResult bad : List.of(
                new FetchResult.Page(List.of(created(2, "order-2")), cursor(2), true),
                new FetchResult.Page(List.of(created(1, "order-1")), cursor(2), true),
                new FetchResult.Page(List.of(created(2, "order-2"), created(1, "order-1")), cursor(2), true),
                new FetchResult.Page(List.of(), cursor(3), true),
                new FetchResult.Page(List.of(), new DeviceCursor(OTHER_EPOCH, 0), true),
                new FetchResult.Page(List.of(), cursor(0), false))) {
            grill = device(stateAt(0));
            becomeUpToDate();
            signal(1);

            assertEquals(List.of(), fetched(bad), bad::toString);
            assertTrue(grill.wakeAtMillis() <= now + 100, "it fetches again");
            assertEquals(List.of(fetch(0)), tickWhenDue());
        }
    }

    @Test
    void resultsThatTheDeviceDidNotAskForAreIgnored() {
        becomeUpToDateAt(5);

        assertEquals(List.of(), page(5, true, created(6, "order-6")));
        assertEquals(List.of(), saved());
        assertEquals(List.of(), acked());
        assertEquals(cursor(5), grill.state().cursor());
        long due = grill.wakeAtMillis();
        assertEquals(List.of(), subscribed());
        assertEquals(due, grill.wakeAtMillis(), "no second greeting");

        grill = device(stateAt(5));
        started();
        subscribed();
        assertEquals(List.of(), page(5, true));
        assertTrue(grill.wakeAtMillis() >= now + 2_000, "nothing to acknowledge");
    }
}
