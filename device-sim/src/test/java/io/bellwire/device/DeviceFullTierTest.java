package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Signals that carry changes, which are applied without a fetch if and only if they continue the cursor. */
class DeviceFullTierTest extends DeviceFixture {
    @Test
    void signalThatContinuesTheCursorIsAppliedWithoutAFetch() {
        becomeUpToDateAt(5);

        Effect.Save save = saveFromSignal(fullSignal(created(6, "order-6"), created(7, "order-7")));
        assertEquals(cursor(7), save.state().cursor());
        assertEquals(
                List.of(new Step.Applied(created(6, "order-6")), new Step.Applied(created(7, "order-7"))),
                save.steps());
        assertEquals(cursor(5), grill.state().cursor(), "not before it is saved");
        assertEquals(List.of(CAUGHT_UP, ack(7)), saved());
        assertEquals(cursor(7), grill.state().cursor());
    }

    @Test
    void signalThatOverlapsIsAppliedFromTheCursorOn() {
        becomeUpToDateAt(5);

        Effect.Save save =
                saveFromSignal(fullSignal(created(4, "order-4"), created(5, "order-5"), created(6, "order-6")));
        assertEquals(List.of(new Step.Applied(created(6, "order-6"))), save.steps());
        assertEquals(cursor(6), save.state().cursor());
    }

    @Test
    void signalWithAGapAfterTheCursorCausesAFetch() {
        becomeUpToDateAt(5);

        assertEquals(List.of(fetch(5)), fullSignal(created(7, "order-7")));
    }

    @Test
    void signalOfAnotherLogCausesAFetch() {
        becomeUpToDateAt(5);
        FeedChange foreign =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 6), "io.bellwire.order.created", "order-6", 1, "{}");

        assertEquals(List.of(fetch(5)), fullSignal(foreign));
    }

    @Test
    void freshDeviceFetchesWhateverTheSignalCarries() {
        started();
        subscribed();
        fetched(new FetchResult.Failed(0, "refused"));

        assertEquals(List.of(), fullSignal(created(1, "order-1")));
        assertEquals(List.of(fetch(null)), tickWhenDue());
    }

    @Test
    void repeatedOrLateSignalIsNotAppliedAgain() {
        becomeUpToDateAt(5);
        fullSignal(created(6, "order-6"));
        saved();
        acked();

        assertEquals(List.of(FETCH_SKIPPED), fullSignal(created(6, "order-6")));
        assertEquals(List.of(FETCH_SKIPPED), fullSignal(created(5, "order-5"), created(6, "order-6")));
        assertEquals(cursor(6), grill.state().cursor());
    }

    @Test
    void signalDuringASaveIsAppliedAfterIt() {
        becomeUpToDateAt(5);
        fullSignal(created(6, "order-6"));

        assertEquals(List.of(), fullSignal(created(7, "order-7")));
        assertEquals(List.of(), signal(7), "a reminder does not replace it");
        List<Effect> effects = saved();
        assertEquals(
                List.of(new Step.Applied(created(7, "order-7"))),
                saveFromSignal(effects).steps());
        assertEquals(List.of(CAUGHT_UP, ack(7)), saved());
    }

    @Test
    void signalsDuringASaveThatLeaveAGapCauseAFetch() {
        becomeUpToDateAt(5);
        fullSignal(created(6, "order-6"));

        fullSignal(created(7, "order-7"));
        fullSignal(created(8, "order-8"));
        assertEquals(List.of(fetch(6)), saved(), "only the newest signal is kept, and it leaves a gap");
    }

    @Test
    void signalDuringAFetchIsAppliedAfterTheAnswer() {
        becomeUpToDateAt(5);
        signal(6);

        assertEquals(List.of(), fullSignal(created(6, "order-6"), created(7, "order-7")));
        page(5, true, created(6, "order-6"));
        List<Effect> effects = saved();
        assertEquals(
                List.of(new Step.Applied(created(7, "order-7"))),
                saveFromSignal(effects).steps());
    }

    @Test
    void signalThatTheAnswerCoversIsNotAppliedTwice() {
        becomeUpToDateAt(5);
        signal(6);

        fullSignal(created(6, "order-6"));
        page(5, true, created(6, "order-6"));
        assertEquals(List.of(CAUGHT_UP, ack(6)), saved());
    }

    @Test
    void signalThatIsAppliedDuringTheWaitAfterAFailureEndsTheWait() {
        becomeUpToDateAt(5);
        signal(6);
        fetched(new FetchResult.Failed(30_000, "429"));

        saveFromSignal(fullSignal(created(6, "order-6")));
        assertEquals(List.of(CAUGHT_UP), saved(), "the acknowledgement waits for the end of Retry-After, too");
        assertEquals(List.of(ack(6)), tickWhenDue());
        assertTrue(now > 30_000);
        acked();
        assertTrue(grill.wakeAtMillis() > now + 400_000, "nothing is left to fetch");
    }

    @Test
    void signalThatCarriesFewerChangesThanWereAnnouncedDoesNotEndTheWaitAfterAFailure() {
        becomeUpToDateAt(5);
        signal(9);
        fetched(new FetchResult.Failed(0, "503"));

        assertEquals(List.of(), fullSignal(created(6, "order-6")), "late: the device knows of more");
        assertEquals(List.of(fetch(5)), tickWhenDue());
    }

    @Test
    void signalDoesNotHideThatTheFeedHasMore() {
        becomeUpToDateAt(0);
        signal(1);
        page(0, false, created(1, "order-1"));
        assertEquals(List.of(fetch(1)), saved());
        acked();
        fetched(new FetchResult.Failed(0, "503"));

        saveFromSignal(fullSignal(created(2, "order-2")));
        assertEquals(List.of(ack(2)), saved(), "not caught up");
        assertEquals(List.of(fetch(2)), tickWhenDue());
    }

    @Test
    void signalThatCannotBeSavedIsFetched() {
        becomeUpToDateAt(5);
        fullSignal(created(6, "order-6"));

        assertEquals(List.of(), on(new Input.SaveFailed(now)));
        assertEquals(cursor(5), grill.state().cursor());
        assertEquals(List.of(fetch(5)), tickAfterFailure());
    }

    @Test
    void signalDuringASnapshotIsNotApplied() {
        becomeUpToDateAt(5);
        signal(6);
        reset();
        fetched(new FetchResult.Failed(0, "503"));

        assertEquals(List.of(), fullSignal(created(6, "order-6")));
        assertEquals(List.of(new Effect.FetchSnapshot(null)), tickWhenDue());
    }

    @Test
    void signalOfTheOldLogDoesNotHideThatThereIsANewLog() {
        becomeUpToDateAt(5);
        signal(6);
        on(new Input.SignalReceived(now, new ReceivedSignal(OTHER_EPOCH, 3)));
        fullSignal(created(6, "order-6"), created(7, "order-7"));
        page(5, true, created(6, "order-6"));

        assertEquals(List.of(fetch(6)), saved());
    }

    @Test
    void signalOfAnotherLogDoesNotKeepChangesFromBeingAppliedDuringAWait() {
        becomeUpToDateAt(5);
        assertEquals(List.of(fetch(5)), tickWhenDue(), "a safety poll");
        fetched(new FetchResult.Failed(0, "503"));

        assertEquals(List.of(), on(new Input.SignalReceived(now, new ReceivedSignal(OTHER_EPOCH, 3))));
        saveFromSignal(fullSignal(created(6, "order-6")));
    }

    @Test
    void changesAfterAnotherChainThanThatOfTheCursorAreNotApplied() {
        becomeUpToDateAt(5);
        ReceivedSignal sound = withChanges(created(6, "order-6"));
        DeviceCursor otherFifth = new DeviceCursor(EPOCH, 5, ".0k3f9x2");
        ReceivedSignal other = new ReceivedSignal(EPOCH, 6, 0, List.of(), sound.changes(), otherFifth, null);

        assertEquals(
                List.of(fetch(5)),
                on(new Input.SignalReceived(now, other)),
                "the server's answer tells what became of the cursor");
    }

    @Test
    void changesAfterTheCursorAreThoseThatTheDeviceLacks() {
        DeviceCursor fifth = new DeviceCursor("k3v9x2m4qd", 5, ".0k3f9x2");
        DeviceCursor otherFifth = new DeviceCursor("k3v9x2m4qd", 5, ".1c40yz8");
        DeviceCursor fourth = new DeviceCursor("k3v9x2m4qd", 4, ".0zt64hb");
        DeviceCursor sixth = new DeviceCursor("k3v9x2m4qd", 6, ".0d7q1m4");
        FeedChange five = new FeedChange(fifth, "com.example.cleaned", null, 0, "{}");
        FeedChange six = new FeedChange(sixth, "com.example.cleaned", null, 0, "{}");
        ReceivedSignal signal = new ReceivedSignal("k3v9x2m4qd", 6, 0, List.of(), List.of(five, six), fourth, null);

        assertEquals(List.of(five, six), signal.changesAfter(fourth));
        assertEquals(List.of(six), signal.changesAfter(fifth));
        assertFalse(signal.continues(otherFifth));
        assertFalse(signal.continues(sixth));
        assertFalse(signal.continues(null));
    }

    @Test
    void signalOfTheEventTierCausesAFetch() {
        becomeUpToDateAt(5);
        ListedChange listed = new ListedChange(cursor(6), "io.bellwire.order.created", "order-6");

        assertEquals(
                List.of(fetch(5)),
                on(new Input.SignalReceived(
                        now, new ReceivedSignal(EPOCH, 6, 0, List.of(listed), List.of(), null, null))));
    }

    private static Effect.Save saveFromSignal(List<Effect> effects) {
        assertEquals(1, effects.size(), effects::toString);
        Effect.Save save = (Effect.Save) effects.get(0);
        assertTrue(save.fromSignal());
        return save;
    }
}
