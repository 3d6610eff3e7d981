package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that carry the changes themselves: applied without asking, if and only if they continue the cursor. */
class DeviceStraightTest extends DeviceFixture {
    @Test
    void messageThatContinuesTheCursorIsAppliedWithoutAskingTheFeed() {
        upToDateAt(5);

        Effect.Save save = straight(heardFull(created(6, "order-6"), created(7, "order-7")));
        assertEquals(cursor(7), save.state().cursor());
        assertEquals(
                List.of(new Step.Applied(created(6, "order-6")), new Step.Applied(created(7, "order-7"))),
                save.steps());
        assertEquals(cursor(5), grill.state().cursor(), "not before it is saved");
        assertEquals(List.of(ack(7), CAUGHT_UP), saved());
        assertEquals(cursor(7), grill.state().cursor());
    }

    @Test
    void messageThatOverlapsIsAppliedFromTheCursorOn() {
        upToDateAt(5);

        Effect.Save save = straight(heardFull(created(4, "order-4"), created(5, "order-5"), created(6, "order-6")));
        assertEquals(List.of(new Step.Applied(created(6, "order-6"))), save.steps());
        assertEquals(cursor(6), save.state().cursor());
    }

    @Test
    void messageThatDoesNotReachTheCursorIsASignalAlone() {
        upToDateAt(5);

        assertEquals(List.of(fetch(5)), heardFull(created(7, "order-7")));
    }

    @Test
    void messageOfAnotherLogIsASignalAlone() {
        upToDateAt(5);
        FeedChange foreign =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 6), "io.bellwire.order.created", "order-6", 1, "{}");

        assertEquals(List.of(fetch(5)), heardFull(foreign));
    }

    @Test
    void freshDeviceAsksTheFeedWhateverTheMessageCarries() {
        started();
        listening();
        answered(new FetchResult.Failed(0, "refused"));

        assertEquals(List.of(), heardFull(created(1, "order-1")));
        assertEquals(List.of(fetch(null)), atWake());
    }

    @Test
    void messageThatIsRepeatedOrLateIsNotAppliedAgain() {
        upToDateAt(5);
        heardFull(created(6, "order-6"));
        saved();
        acked();

        assertEquals(List.of(SKIP), heardFull(created(6, "order-6")));
        assertEquals(List.of(SKIP), heardFull(created(5, "order-5"), created(6, "order-6")));
        assertEquals(cursor(6), grill.state().cursor());
    }

    @Test
    void messageDuringASaveWaitsAndIsAppliedAfterIt() {
        upToDateAt(5);
        heardFull(created(6, "order-6"));

        assertEquals(List.of(), heardFull(created(7, "order-7")));
        assertEquals(List.of(), heard(7), "a reminder takes nothing from it");
        List<Effect> effects = saved();
        assertEquals(ack(6), effects.get(0));
        assertEquals(
                List.of(new Step.Applied(created(7, "order-7"))),
                straight(effects.subList(1, 2)).steps());
    }

    @Test
    void messagesDuringASaveThatLeaveAGapAreFetchedFor() {
        upToDateAt(5);
        heardFull(created(6, "order-6"));

        heardFull(created(7, "order-7"));
        heardFull(created(8, "order-8"));
        assertEquals(List.of(ack(6), fetch(6)), saved(), "of those that wait the newest is kept, and it skips one");
    }

    @Test
    void messageDuringAFetchIsNotAppliedBeforeTheAnswer() {
        upToDateAt(5);
        heard(6);

        assertEquals(List.of(), heardFull(created(6, "order-6"), created(7, "order-7")));
        page(5, true, created(6, "order-6"));
        List<Effect> effects = saved();
        assertEquals(
                List.of(new Step.Applied(created(7, "order-7"))),
                straight(effects.subList(1, 2)).steps());
    }

    @Test
    void messageThatTheAnswerOfTheFetchCoversIsNotAppliedTwice() {
        upToDateAt(5);
        heard(6);

        heardFull(created(6, "order-6"));
        page(5, true, created(6, "order-6"));
        assertEquals(List.of(ack(6), CAUGHT_UP), saved());
    }

    @Test
    void messageAppliedDuringTheWaitAfterAFailureEndsIt() {
        upToDateAt(5);
        heard(6);
        answered(new FetchResult.Failed(30_000, "429"));

        straight(heardFull(created(6, "order-6")));
        assertEquals(List.of(CAUGHT_UP), saved(), "the acknowledgement spares the server, too");
        assertEquals(List.of(ack(6)), atWake());
        assertTrue(now > 30_000);
        acked();
        assertTrue(grill.wakeAtMillis() > now + 400_000, "nothing is left to ask for");
    }

    @Test
    void messageThatIsNotAllOfItDoesNotEndTheWaitAfterAFailure() {
        upToDateAt(5);
        heard(9);
        answered(new FetchResult.Failed(0, "503"));

        assertEquals(List.of(), heardFull(created(6, "order-6")), "late: the device knows of more");
        assertEquals(List.of(fetch(5)), atWake());
    }

    @Test
    void messageDoesNotHideThatTheFeedSaidThereIsMore() {
        upToDateAt(0);
        heard(1);
        page(0, false, created(1, "order-1"));
        assertEquals(List.of(ack(1), fetch(1)), saved());
        acked();
        answered(new FetchResult.Failed(0, "503"));

        straight(heardFull(created(2, "order-2")));
        assertEquals(List.of(ack(2)), saved(), "not caught up");
        assertEquals(List.of(fetch(2)), atWake());
    }

    @Test
    void messageThatCannotBeSavedIsReadFromTheFeed() {
        upToDateAt(5);
        heardFull(created(6, "order-6"));

        assertEquals(List.of(), on(new Input.SaveFailed(now)));
        assertEquals(cursor(5), grill.state().cursor());
        assertEquals(List.of(fetch(5)), atWake());
    }

    @Test
    void messageDuringASnapshotIsNotApplied() {
        upToDateAt(5);
        heard(6);
        reset();
        answered(new FetchResult.Failed(0, "503"));

        assertEquals(List.of(), heardFull(created(6, "order-6")));
        assertEquals(List.of(new Effect.FetchSnapshot(null)), atWake());
    }

    @Test
    void oldLogsMessageDoesNotHideThatThereIsANewLog() {
        upToDateAt(5);
        heard(6);
        on(new Input.Heard(now, new ReceivedSignal(OTHER_EPOCH, 3)));
        heardFull(created(6, "order-6"), created(7, "order-7"));
        page(5, true, created(6, "order-6"));

        assertEquals(List.of(ack(6), fetch(6)), saved());
    }

    @Test
    void changesThatFollowAnotherEndOfTheLogThanTheDeviceHasAreNotTaken() {
        upToDateAt(5);
        ReceivedSignal fits = full(created(6, "order-6"));
        DeviceCursor otherFifth = new DeviceCursor(EPOCH, 5, ".0k3f9x2");
        ReceivedSignal other = new ReceivedSignal(EPOCH, 6, 0, List.of(), fits.changes(), otherFifth, null);

        assertEquals(List.of(fetch(5)), on(new Input.Heard(now, other)), "the feed says what became of it");
    }

    @Test
    void changesAreTakenFromTheOneOnThatTheDeviceHas() {
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
    void messageOfTheEventTierIsASignalAlone() {
        upToDateAt(5);
        ListedChange listed = new ListedChange(cursor(6), "io.bellwire.order.created", "order-6");

        assertEquals(
                List.of(fetch(5)),
                on(new Input.Heard(now, new ReceivedSignal(EPOCH, 6, 0, List.of(listed), List.of(), null, null))));
    }

    private static Effect.Save straight(List<Effect> effects) {
        assertEquals(1, effects.size(), effects::toString);
        Effect.Save save = (Effect.Save) effects.get(0);
        assertTrue(save.straight());
        return save;
    }
}
