package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cursors that cannot be continued: the device takes a snapshot and goes on from the earliest change. */
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
            becomeUpToDateAt(5);
            signal(6);

            assertEquals(List.of(new Effect.FetchSnapshot(null)), fetched(new FetchResult.Reset(reason, null)), reason);
        }
    }

    @Test
    void resetLeadsThroughTheWholeSnapshotToTheFeedsEarliestChange() {
        becomeUpToDateAt(7);
        signal(8);

        assertEquals(List.of(new Effect.FetchSnapshot(null)), reset(3));
        Effect.Save first = (Effect.Save) snapshotPart("/v1/more", 20, new OrderSnapshot("order-2", 3, "{}"))
                .get(0);
        assertEquals(
                List.of(new Step.OrdersCleared(), new Step.Restored(new OrderSnapshot("order-2", 3, "{}"))),
                first.steps());
        assertEquals(cursor(7), first.state().cursor(), "a restart here begins the snapshot again");
        assertEquals(List.of(new Effect.FetchSnapshot("/v1/more")), saved());

        Effect.Save last = (Effect.Save)
                snapshotPart(null, 25, new OrderSnapshot("order-3", 1, "{}")).get(0);
        assertEquals(BEGINNING, last.state().cursor());
        assertEquals(Map.of("order-2", 3L, "order-3", 1L), last.state().versions());
        assertEquals(
                List.of(new Step.Restored(new OrderSnapshot("order-3", 1, "{}")), new Step.Resumed(BEGINNING)),
                last.steps());
        assertEquals(List.of(new Effect.FetchPage(BEGINNING, 0)), saved());
    }

    @Test
    void feedFromItsEarliestChangeBringsOtherEventsAndNoOrderTwice() {
        becomeUpToDateAt(7);
        signal(8);
        reset(3);
        snapshotPart(null, 5, new OrderSnapshot("order-2", 3, "{}"));
        saved();

        FeedChange cleaned = new FeedChange(new DeviceCursor(OTHER_EPOCH, 4), "com.example.cleaned", null, 0, "{}");
        FeedChange old =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 5), "io.bellwire.order.updated", "order-2", 3, "{}");
        FeedChange news =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 6), "io.bellwire.order.updated", "order-2", 4, "{}");
        Effect.Save save = (Effect.Save)
                fetched(new FetchResult.Page(List.of(cleaned, old, news), new DeviceCursor(OTHER_EPOCH, 6), true))
                        .get(0);
        assertEquals(
                List.of(new Step.Applied(cleaned), new Step.AlreadyApplied(old), new Step.Applied(news)), save.steps());
    }

    @Test
    void lowerVersionOfAnotherLogReplacesTheHigherOneOfTheOldLog() {
        grill = device(new DeviceState(cursor(7), Map.of("order-1", 9L, "order-2", 2L), 1));
        becomeUpToDate();
        signal(8);
        reset(3);

        Effect.Save save = (Effect.Save)
                snapshotPart(null, 20, new OrderSnapshot("order-1", 4, "{}")).get(0);
        assertEquals(
                List.of(
                        new Step.OrdersCleared(),
                        new Step.Restored(new OrderSnapshot("order-1", 4, "{}")),
                        new Step.Resumed(BEGINNING)),
                save.steps());
        assertEquals(Map.of("order-1", 4L), save.state().versions());
    }

    @Test
    void logThatLostItsEndIsTakenForAnotherLog() {
        grill = device(new DeviceState(cursor(7), Map.of("order-1", 9L), 1));
        becomeUpToDate();
        signal(8);
        fetched(new FetchResult.Reset("ahead-of-log", cursor(0)));

        Effect.Save save = (Effect.Save)
                fetched(new FetchResult.Snapshot(List.of(new OrderSnapshot("order-1", 8, "{}")), cursor(6), null))
                        .get(0);
        assertEquals(Map.of("order-1", 8L), save.state().versions());
        assertEquals(cursor(0), save.state().cursor());
    }

    @Test
    void knownOrdersStayIfOnlyTheOldestChangesAreGone() {
        grill = device(new DeviceState(cursor(7), Map.of("order-1", 1L), 1));
        becomeUpToDate();
        signal(20);
        fetched(new FetchResult.Reset("before-retention", cursor(12)));

        Effect.Save save = (Effect.Save) fetched(new FetchResult.Snapshot(
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
    void resetOfACursorThatTheDeviceHasLeftIsForgottenOnceTheStoreSaysSo() {
        becomeUpToDateAt(5);
        signal(6);
        page(5, true, created(6, "order-6"));
        on(new Input.SaveFailed(now)); // it took effect all the same, and the store cannot be read
        tickWhenDue();
        reset(3);
        snapshotPart(null, 9, new OrderSnapshot("order-2", 1, "{}"));

        on(new Input.SaveFailed(now, stateAt(6)));

        assertEquals(List.of(fetch(6)), tickWhenDue(), "from 3 on, other events would be applied twice");
    }

    @Test
    void withoutAnEarliestCursorTheFeedGoesOnFromTheCursorOfTheFirstPart() {
        becomeUpToDateAt(7);
        signal(8);
        reset();
        snapshotPart("/v1/more", 20);
        saved();
        snapshotPart(null, 25);

        DeviceCursor snapshotCursor = new DeviceCursor(OTHER_EPOCH, 20);
        assertEquals(List.of(new Effect.FetchPage(snapshotCursor, 0)), saved());
    }

    @Test
    void changeThatTheSnapshotHasAlreadyBroughtIsSkipped() {
        becomeUpToDateAt(7);
        signal(8);
        reset();
        snapshotPart(null, 20, new OrderSnapshot("order-2", 3, "{}"));
        saved();

        FeedChange again =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 21), "io.bellwire.order.updated", "order-2", 3, "{}");
        FeedChange news =
                new FeedChange(new DeviceCursor(OTHER_EPOCH, 22), "io.bellwire.order.updated", "order-2", 4, "{}");
        Effect.Save save = (Effect.Save)
                fetched(new FetchResult.Page(List.of(again, news), new DeviceCursor(OTHER_EPOCH, 22), true))
                        .get(0);
        assertEquals(List.of(new Step.AlreadyApplied(again), new Step.Applied(news)), save.steps());
    }

    @Test
    void failedSnapshotPartIsFetchedAgainAndTheWholeSnapshotAfterFiveFailures() {
        becomeUpToDateAt(7);
        signal(8);
        reset();
        snapshotPart("/v1/more", 20);
        saved();

        List<Effect> effects = List.of();
        for (int i = 0; i < 4; i++) {
            fetched(new FetchResult.Failed(0, "refused"));
            effects = tickWhenDue();
            assertEquals(List.of(new Effect.FetchSnapshot("/v1/more")), effects);
        }
        fetched(new FetchResult.Failed(0, "refused"));
        assertEquals(List.of(new Effect.FetchSnapshot(null)), tickWhenDue());
    }

    @Test
    void snapshotWhoseLinksLeadInACircleBeginsAgainAfterAWait() {
        becomeUpToDateAt(7);
        signal(8);
        reset(3);
        snapshotPart("/v1/a", 20);
        saved();
        snapshotPart("/v1/b", 20);
        assertEquals(List.of(new Effect.FetchSnapshot("/v1/b")), saved());

        assertEquals(List.of(), snapshotPart("/v1/a", 20), "was read already");
        assertEquals(List.of(new Effect.FetchSnapshot(null)), tickAfterFailure());
    }

    @Test
    void snapshotThatCannotBeSavedBeginsAgain() {
        becomeUpToDateAt(7);
        signal(8);
        reset();
        snapshotPart("/v1/a", 20);
        saved();
        snapshotPart("/v1/b", 20, new OrderSnapshot("order-2", 3, "{}"));

        on(new Input.SaveFailed(now));
        assertEquals(List.of(new Effect.FetchSnapshot(null)), tickAfterFailure());
        snapshotPart("/v1/a", 20);
        assertEquals(List.of(new Effect.FetchSnapshot("/v1/a")), saved(), "its links are new ones again");
    }

    @Test
    void pageInPlaceOfAPartOfTheSnapshotIsNotApplied() {
        becomeUpToDateAt(7);
        signal(8);
        reset();

        assertEquals(List.of(), page(7, true, created(8, "order-8")));
        assertEquals(List.of(new Effect.FetchSnapshot(null)), tickAfterFailure());
    }

    /** The server does not know the cursor that the device has until the snapshot is complete. */
    @Test
    void nothingIsAcknowledgedDuringASnapshotHoweverLongItTakes() {
        grill = device(stateAt(7));
        started();
        subscribed();
        signal(8);
        reset();

        for (int part = 1; part <= 4; part++) {
            now += 6_000;
            snapshotPart("/v1/" + part, 20);
            assertEquals(List.of(new Effect.FetchSnapshot("/v1/" + part)), saved());
        }
    }

    @Test
    void resetAfterACursorThatTheServerHasAcceptedIsFollowedAtOnce() {
        becomeUpToDateAt(7);
        signal(8);
        reset(3);
        snapshotPart(null, 3);
        saved();
        assertEquals(List.of(CAUGHT_UP), fetched(new FetchResult.Page(List.of(), BEGINNING, true)));
        on(new Input.SignalReceived(now, new ReceivedSignal(OTHER_EPOCH, 4)));

        assertEquals(List.of(new Effect.FetchSnapshot(null)), reset(3));
    }

    @Test
    void repeatedResetsAreFollowedOnlyAfterAWait() {
        becomeUpToDateAt(7);
        signal(8);
        reset();
        for (int i = 0; i < 5; i++) {
            snapshotPart(null, 20);
            saved();
            assertEquals(List.of(), reset(), "waits");
            assertEquals(List.of(new Effect.FetchSnapshot(null)), tickAfterFailure());
        }
    }
}
