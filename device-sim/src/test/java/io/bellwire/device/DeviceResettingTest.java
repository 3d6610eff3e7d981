package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A cursor that cannot be continued: the snapshot, and on from there. */
class DeviceResettingTest extends DeviceFixture {
    private static final DeviceCursor BEGINNING = new DeviceCursor(OTHER_EPOCH, 3);

    @Test
    void everyReasonForAResetLeadsToTheSnapshot() {
        for (String reason : List.of(
                "epoch-changed",
                "before-retention",
                "ahead-of-log",
                "cursor-not-in-log",
                "a-reason-of-a-newer-server")) {
            upToDateAt(5);
            heard(6);

            assertEquals(
                    List.of(new Effect.FetchSnapshot(null)), answered(new FetchResult.Reset(reason, null)), reason);
        }
    }

    @Test
    void resetLeadsThroughTheWholeSnapshotToTheFeedsEarliestChange() {
        upToDateAt(7);
        heard(8);

        assertEquals(List.of(new Effect.FetchSnapshot(null)), reset(3));
        Effect.Save first = (Effect.Save)
                snapshot("/v1/more", 20, new OrderSnapshot("order-2", 3, "{}")).get(0);
        assertEquals(
                List.of(new Step.Forgotten(), new Step.Restored(new OrderSnapshot("order-2", 3, "{}"))), first.steps());
        assertEquals(cursor(7), first.state().cursor(), "a restart here begins the snapshot again");
        assertEquals(List.of(new Effect.FetchSnapshot("/v1/more")), saved());

        Effect.Save last = (Effect.Save)
                snapshot(null, 25, new OrderSnapshot("order-3", 1, "{}")).get(0);
        assertEquals(BEGINNING, last.state().cursor());
        assertEquals(Map.of("order-2", 3L, "order-3", 1L), last.state().versions());
        assertEquals(
                List.of(new Step.Restored(new OrderSnapshot("order-3", 1, "{}")), new Step.Resumed(BEGINNING)),
                last.steps());
        assertEquals(List.of(new Effect.Ack(BEGINNING), new Effect.FetchPage(BEGINNING, 0)), saved());
    }

    @Test
    void feedFromItsEarliestChangeBringsWhatNoSnapshotHasAndNoOrderTwice() {
        upToDateAt(7);
        heard(8);
        reset(3);
        snapshot(null, 5, new OrderSnapshot("order-2", 3, "{}"));
        saved();

        FeedChange cleaned = new FeedChange(new DeviceCursor(OTHER_EPOCH, 4), "com.example.cleaned", null, 0, "{}");
        FeedChange old =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 5), "io.bellwire.order.updated", "order-2", 3, "{}");
        FeedChange news =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 6), "io.bellwire.order.updated", "order-2", 4, "{}");
        Effect.Save save = (Effect.Save)
                answered(new FetchResult.Page(List.of(cleaned, old, news), new DeviceCursor(OTHER_EPOCH, 6), true))
                        .get(0);
        assertEquals(List.of(new Step.Applied(cleaned), new Step.Known(old), new Step.Applied(news)), save.steps());
    }

    @Test
    void lowerVersionOfAnotherLogTakesThePlaceOfTheHigherOneThatWasKnown() {
        grill = device(new DeviceState(cursor(7), Map.of("order-1", 9L, "order-2", 2L), 1));
        upToDate();
        heard(8);
        reset(3);

        Effect.Save save = (Effect.Save)
                snapshot(null, 20, new OrderSnapshot("order-1", 4, "{}")).get(0);
        assertEquals(
                List.of(
                        new Step.Forgotten(),
                        new Step.Restored(new OrderSnapshot("order-1", 4, "{}")),
                        new Step.Resumed(BEGINNING)),
                save.steps());
        assertEquals(Map.of("order-1", 4L), save.state().versions());
    }

    @Test
    void logThatLostItsEndCountsAsAnotherOne() {
        grill = device(new DeviceState(cursor(7), Map.of("order-1", 9L), 1));
        upToDate();
        heard(8);
        answered(new FetchResult.Reset("ahead-of-log", cursor(0)));

        Effect.Save save = (Effect.Save)
                answered(new FetchResult.Snapshot(List.of(new OrderSnapshot("order-1", 8, "{}")), cursor(6), null))
                        .get(0);
        assertEquals(Map.of("order-1", 8L), save.state().versions());
        assertEquals(cursor(0), save.state().cursor());
    }

    @Test
    void whatIsKnownStaysTrueWhenTheLogHasForgottenItsOldestChangesOnly() {
        grill = device(new DeviceState(cursor(7), Map.of("order-1", 1L), 1));
        upToDate();
        heard(20);
        answered(new FetchResult.Reset("before-retention", cursor(12)));

        Effect.Save save = (Effect.Save) answered(new FetchResult.Snapshot(
                        List.of(new OrderSnapshot("order-1", 1, "{}"), new OrderSnapshot("order-2", 3, "{}")),
                        cursor(20),
                        null))
                .get(0);
        assertEquals(
                List.of(new Step.Restored(new OrderSnapshot("order-2", 3, "{}")), new Step.Resumed(cursor(12))),
                save.steps(),
                "order-1 is known");
        assertEquals(Map.of("order-1", 1L, "order-2", 3L), save.state().versions());
    }

    @Test
    void serverThatNamesNoEarliestCursorIsReadFromThatOfTheSnapshotsFirstPart() {
        upToDateAt(7);
        heard(8);
        reset();
        snapshot("/v1/more", 20);
        saved();
        snapshot(null, 25);

        DeviceCursor place = new DeviceCursor(OTHER_EPOCH, 20);
        assertEquals(List.of(new Effect.Ack(place), new Effect.FetchPage(place, 0)), saved());
    }

    @Test
    void changeThatTheSnapshotAlreadyHeldIsPassedOver() {
        upToDateAt(7);
        heard(8);
        reset();
        snapshot(null, 20, new OrderSnapshot("order-2", 3, "{}"));
        saved();

        FeedChange again =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 21), "io.bellwire.order.updated", "order-2", 3, "{}");
        FeedChange news =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 22), "io.bellwire.order.updated", "order-2", 4, "{}");
        Effect.Save save = (Effect.Save)
                answered(new FetchResult.Page(List.of(again, news), new DeviceCursor(OTHER_EPOCH, 22), true))
                        .get(0);
        assertEquals(List.of(new Step.Known(again), new Step.Applied(news)), save.steps());
    }

    @Test
    void failedSnapshotPartIsAskedForAgainAndFromTheStartIfItsLinkSeemsStale() {
        upToDateAt(7);
        heard(8);
        reset();
        snapshot("/v1/more", 20);
        saved();

        List<Effect> asked = List.of();
        for (int i = 0; i < 4; i++) {
            answered(new FetchResult.Failed(0, "refused"));
            asked = atWake();
            assertEquals(List.of(new Effect.FetchSnapshot("/v1/more")), asked);
        }
        answered(new FetchResult.Failed(0, "refused"));
        assertEquals(List.of(new Effect.FetchSnapshot(null)), atWake());
    }

    @Test
    void snapshotThatCannotBeSavedBeginsAgain() {
        upToDateAt(7);
        heard(8);
        reset();
        snapshot(null, 20, new OrderSnapshot("order-2", 3, "{}"));

        on(new Input.SaveFailed(now));
        assertEquals(List.of(new Effect.FetchSnapshot(null)), atWake());
    }

    @Test
    void serverThatResetsAgainAndAgainIsNotAskedWithoutPause() {
        upToDateAt(7);
        heard(8);
        reset();
        for (int i = 0; i < 5; i++) {
            snapshot(null, 20);
            saved();
            assertEquals(List.of(), reset(), "waits");
            assertEquals(List.of(new Effect.FetchSnapshot(null)), atWake());
        }
    }
}
