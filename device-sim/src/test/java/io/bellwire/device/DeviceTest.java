package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The device as a table: what goes in, what comes out, and when it wants to be woken. Holds guarantees 3 and 4. */
class DeviceTest {
    private static final String EPOCH = "k3v9x2m4qd";
    private static final String OTHER_EPOCH = "zzzzzzzzzz";
    private static final DeviceSettings SETTINGS = new DeviceSettings(600_000, 2_000, 100, 10_000);
    private static final Effect LISTEN = new Effect.Listen();
    private static final Effect SKIP = new Effect.SkipPoll();
    private static final Effect CAUGHT_UP = new Effect.CaughtUp();

    private final List<DeviceState> saved = new ArrayList<>();
    private Device grill = device(DeviceState.FRESH);
    private long now = 1_000;

    @Nested
    class Starting {
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
    }

    @Nested
    class Reading {
        @Test
        void pageIsSavedThenAcknowledgedAndTheDeviceRests() {
            upToDateAt(0);

            assertEquals(List.of(fetch(0)), heard(2));
            List<Effect> effects = page(0, true, created(1, "order-1"), created(2, "order-2"));

            Effect.Save save = (Effect.Save) effects.get(0);
            assertEquals(1, effects.size());
            assertEquals(cursor(2), save.state().cursor());
            assertEquals(Map.of("order-1", 1L, "order-2", 1L), save.state().versions());
            assertEquals(
                    List.of(new Step.Applied(created(1, "order-1")), new Step.Applied(created(2, "order-2"))),
                    save.steps());
            assertEquals(cursor(0), grill.state().cursor(), "not before it is saved");
            assertEquals(List.of(ack(2), CAUGHT_UP), saved());
            assertEquals(cursor(2), grill.state().cursor());
        }

        @Test
        void deviceReadsOnUntilTheFeedSaysThatItIsUpToDate() {
            upToDateAt(0);
            heard(3);

            page(0, false, created(1, "order-1"));
            assertEquals(List.of(ack(1), fetch(1)), saved());
            page(1, false, created(2, "order-2"));
            assertEquals(List.of(fetch(2)), saved(), "one acknowledgement is under way, this one waits for it");
            assertEquals(List.of(ack(2)), acked());
            page(2, true, created(3, "order-3"));
            assertEquals(List.of(CAUGHT_UP), saved());
            assertEquals(List.of(ack(3)), acked());
            assertEquals(List.of(), acked());
        }

        @Test
        void signalDuringAFetchIsRememberedAndFetchedForAfterwards() {
            upToDateAt(0);
            heard(1);

            assertEquals(List.of(), heard(2));
            page(0, true, created(1, "order-1"));
            assertEquals(List.of(ack(1), fetch(1)), saved());
        }

        @Test
        void signalDuringAFetchThatTheAnswerCoversCostsNothing() {
            upToDateAt(0);
            heard(1);

            assertEquals(List.of(), heard(2));
            assertEquals(List.of(), heard(1), "late, and lower");
            page(0, true, created(1, "order-1"), created(2, "order-2"));
            assertEquals(List.of(ack(2), CAUGHT_UP), saved());
        }

        @Test
        void signalDuringASaveIsNotLost() {
            upToDateAt(0);
            heard(1);
            page(0, true, created(1, "order-1"));

            assertEquals(List.of(), heard(2));
            assertEquals(List.of(ack(1), fetch(1)), saved());
        }

        @Test
        void repeatedAndLateSignalsAreSkipped() {
            upToDateAt(5);

            assertEquals(List.of(SKIP), heard(5));
            assertEquals(List.of(SKIP), heard(3));
        }

        @Test
        void signalOfAnotherEpochIsFetchedForWhateverItsRevision() {
            upToDateAt(5);

            assertEquals(List.of(fetch(5)), on(new Input.Heard(now, new Signal(OTHER_EPOCH, 1))));
        }

        @Test
        void safetyPollComesWithoutAnySignalAndIsJittered() {
            upToDateAt(5);

            long wait = grill.wakeAtMillis() - now;
            assertTrue(wait >= 480_000 && wait <= 720_000, () -> "waits " + wait);
            assertEquals(List.of(fetch(5)), atWake());
        }

        @Test
        void unknownTypesMoveTheCursorAndNoOrder() {
            upToDateAt(0);
            heard(1);

            Change other = new Change(cursor(1), "com.example.cleaned", null, 0, "{}");
            Effect.Save save = (Effect.Save) page(0, true, other).get(0);
            assertEquals(Map.of(), save.state().versions());
            assertEquals(List.of(new Step.Applied(other)), save.steps());
        }

        @Test
        void pageWithAGapOrFromElsewhereIsNotApplied() {
            for (Answer bad : List.of(
                    new Answer.Page(List.of(created(2, "order-2")), cursor(2), true),
                    new Answer.Page(List.of(created(1, "order-1")), cursor(2), true),
                    new Answer.Page(List.of(created(2, "order-2"), created(1, "order-1")), cursor(2), true),
                    new Answer.Page(List.of(), cursor(3), true),
                    new Answer.Page(List.of(), new Cursor(OTHER_EPOCH, 0), true),
                    new Answer.Page(List.of(), cursor(0), false))) {
                grill = device(at(0));
                upToDate();
                heard(1);

                assertEquals(List.of(), answered(bad), bad::toString);
                assertTrue(grill.wakeAtMillis() <= now + 100, "it asks again");
                assertEquals(List.of(fetch(0)), atWake());
            }
        }

        @Test
        void answersThatNobodyAskedForAreIgnored() {
            upToDateAt(5);

            assertEquals(List.of(), page(5, true, created(6, "order-6")));
            assertEquals(List.of(), saved());
            assertEquals(List.of(), acked());
            assertEquals(cursor(5), grill.state().cursor());
        }
    }

    @Nested
    class Failing {
        @Test
        void failedFetchIsRepeatedAfterAWaitWithFullJitterWhoseCeilingDoubles() {
            upToDateAt(5);
            heard(6);

            long ceiling = 100;
            for (int i = 0; i < 12; i++) {
                assertEquals(List.of(), answered(new Answer.Failed(0, "refused")));
                long wait = grill.wakeAtMillis() - now;
                long most = ceiling;
                assertTrue(wait >= 1 && wait <= most, () -> "waits " + wait + " of " + most);
                assertEquals(List.of(fetch(5)), atWake());
                ceiling = Math.min(10_000, ceiling * 2);
            }
        }

        @Test
        void retryAfterIsHonouredEvenWhenTheConnectionComesBackOrSignalsCome() {
            upToDateAt(5);
            heard(6);
            answered(new Answer.Failed(30_000, "503"));

            assertEquals(List.of(), heard(7));
            cut();
            assertEquals(List.of(LISTEN), atWake());
            listening();
            long wait = grill.wakeAtMillis() - now;
            assertEquals(2_000, wait, "the greeting's time");
            now += 2_000;
            assertEquals(List.of(), ticked());
            assertTrue(grill.wakeAtMillis() > 30_000, "the server is spared");
            assertEquals(List.of(fetch(5)), atWake());
        }

        @Test
        void reconnectingEndsALongWait() {
            upToDateAt(5);
            heard(6);
            for (int i = 0; i < 10; i++) {
                answered(new Answer.Failed(0, "refused"));
                atWake();
            }
            answered(new Answer.Failed(0, "refused"));
            cut();
            while (!ticked().contains(LISTEN)) {
                now = grill.wakeAtMillis();
            }

            listening();
            assertTrue(grill.wakeAtMillis() - now <= 100);
        }

        @Test
        void signalsDuringTheWaitDoNotShortenIt() {
            upToDateAt(5);
            heard(6);
            answered(new Answer.Failed(0, "refused"));
            long due = grill.wakeAtMillis();

            assertEquals(List.of(), heard(7));
            assertEquals(due, grill.wakeAtMillis());
        }

        @Test
        void connectionIsMadeAgainWithBackoffWhichOnlyAConnectionThatHoldsResets() {
            upToDateAt(5);

            long longest = 0;
            for (int i = 0; i < 20; i++) {
                cut();
                longest = Math.max(longest, grill.wakeAtMillis() - now);
                now = grill.wakeAtMillis();
                assertEquals(List.of(LISTEN), ticked());
                listening();
            }
            assertTrue(longest > 1_000, "flapping makes it patient");
            heard(5);
            now += 60_000;
            cut();
            assertTrue(grill.wakeAtMillis() - now <= 100, "a minute of peace makes it quick again");
        }

        @Test
        void stateThatCannotBeSavedIsNotAcknowledgedAndReadAgain() {
            upToDateAt(5);
            heard(6);
            page(5, true, created(6, "order-6"));

            assertEquals(List.of(), on(new Input.SaveFailed(now)));
            assertEquals(cursor(5), grill.state().cursor());
            assertEquals(List.of(fetch(5)), atWake());
            page(5, true, created(6, "order-6"));
            assertEquals(List.of(ack(6), CAUGHT_UP), saved());
        }

        @Test
        void failedAcknowledgementIsRepeatedWithTheNewestPositionAndBlocksNothing() {
            upToDateAt(0);
            heard(1);
            page(0, true, created(1, "order-1"));
            assertEquals(List.of(ack(1), CAUGHT_UP), saved());
            assertEquals(List.of(), on(new Input.Acked(now, new AckAnswer.Failed(0, "refused"))));

            assertEquals(List.of(fetch(1)), heard(2));
            page(1, true, created(2, "order-2"));
            assertEquals(List.of(CAUGHT_UP), saved(), "the acknowledgement still waits");
            assertEquals(List.of(ack(2)), atWake());
            assertEquals(List.of(), acked());
        }

        @Test
        void refusedAcknowledgementMakesTheDeviceAskTheFeed() {
            upToDateAt(0);
            heard(1);
            page(0, true, created(1, "order-1"));
            saved();

            assertEquals(List.of(fetch(1)), on(new Input.Acked(now, new AckAnswer.Refused())));
            assertEquals(List.of(CAUGHT_UP), page(1, true));
        }

        @Test
        void deviceThatDiedBetweenSavingAndAcknowledgingAcknowledgesAfterItsRestart() {
            upToDateAt(0);
            heard(1);
            page(0, true, created(1, "order-1"));
            saved();

            grill = device(saved.get(saved.size() - 1));
            started();
            assertEquals(List.of(ack(1)), listening());
            assertEquals(List.of(SKIP), heard(1));
        }

        @Test
        void deviceThatDiedBeforeSavingReadsAndAppliesAgain() {
            upToDateAt(0);
            heard(1);
            page(0, true, created(1, "order-1"));

            grill = device(at(0));
            started();
            listening();
            assertEquals(List.of(fetch(0)), heard(1));
            Effect.Save save =
                    (Effect.Save) page(0, true, created(1, "order-1")).get(0);
            assertEquals(1, save.state().applied());
        }
    }

    @Nested
    class Resetting {
        @Test
        void resetLeadsThroughTheSnapshotToItsFirstPagesCursorAndOn() {
            grill = device(new DeviceState(cursor(7), Map.of("order-1", 1L), 1));
            upToDate();
            heard(8);

            assertEquals(List.of(new Effect.FetchSnapshot(null)), reset());
            Effect.Save first =
                    (Effect.Save) snapshot("/v1/more", 20, new Order("order-1", 1, "{}"), new Order("order-2", 3, "{}"))
                            .get(0);
            assertEquals(List.of(new Step.Restored(new Order("order-2", 3, "{}"))), first.steps(), "order-1 is known");
            assertEquals(cursor(7), first.state().cursor(), "a restart here begins the snapshot again");
            assertEquals(List.of(new Effect.FetchSnapshot("/v1/more")), saved());

            Effect.Save last = (Effect.Save)
                    snapshot(null, 25, new Order("order-3", 1, "{}")).get(0);
            assertEquals(new Cursor(OTHER_EPOCH, 20), last.state().cursor());
            assertEquals(
                    Map.of("order-1", 1L, "order-2", 3L, "order-3", 1L),
                    last.state().versions());
            assertEquals(
                    List.of(
                            new Step.Restored(new Order("order-3", 1, "{}")),
                            new Step.Resumed(new Cursor(OTHER_EPOCH, 20))),
                    last.steps());
            Cursor place = new Cursor(OTHER_EPOCH, 20);
            assertEquals(List.of(new Effect.Ack(place), new Effect.FetchPage(place)), saved());
        }

        @Test
        void changeThatTheSnapshotAlreadyHeldIsPassedOver() {
            upToDateAt(7);
            heard(8);
            reset();
            snapshot(null, 20, new Order("order-2", 3, "{}"));
            saved();

            Change again = new Change(new Cursor(OTHER_EPOCH, 21), "io.bellwire.order.updated", "order-2", 3, "{}");
            Change news = new Change(new Cursor(OTHER_EPOCH, 22), "io.bellwire.order.updated", "order-2", 4, "{}");
            Effect.Save save =
                    (Effect.Save) answered(new Answer.Page(List.of(again, news), new Cursor(OTHER_EPOCH, 22), true))
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
                answered(new Answer.Failed(0, "refused"));
                asked = atWake();
                assertEquals(List.of(new Effect.FetchSnapshot("/v1/more")), asked);
            }
            answered(new Answer.Failed(0, "refused"));
            assertEquals(List.of(new Effect.FetchSnapshot(null)), atWake());
        }

        @Test
        void snapshotThatCannotBeSavedBeginsAgain() {
            upToDateAt(7);
            heard(8);
            reset();
            snapshot(null, 20, new Order("order-2", 3, "{}"));

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

    @Test
    void freshDeviceOfAnEmptyFeedKeepsTheCursorButAcknowledgesNothing() {
        started();
        listening();
        assertNull(grill.state().cursor());

        answered(new Answer.Page(List.of(), cursor(0), true));
        assertEquals(List.of(CAUGHT_UP), saved());
        assertEquals(cursor(0), grill.state().cursor());
    }

    @Test
    void sameInputsAndSeedGiveTheSameEffects() {
        List<Object> first = randomWalk(42);
        List<Object> second = randomWalk(42);

        assertEquals(first, second);
    }

    private static List<Object> randomWalk(long seed) {
        Device device = new Device(SETTINGS, DeviceState.FRESH, new SplittableRandom(seed));
        List<Object> seen = new ArrayList<>(device.on(new Input.Started(0)));
        for (int i = 1; i < 50; i++) {
            seen.addAll(device.on(new Input.Cut(i * 100_000L)));
            seen.addAll(device.on(new Input.Answered(i * 100_000L, new Answer.Failed(0, "refused"))));
            seen.add(device.wakeAtMillis());
            seen.addAll(device.on(new Input.Ticked(device.wakeAtMillis())));
        }
        return seen;
    }

    private static Device device(DeviceState state) {
        return new Device(SETTINGS, state, new SplittableRandom(1));
    }

    private static DeviceState at(long revision) {
        return new DeviceState(cursor(revision), Map.of(), revision);
    }

    /** A device that is connected, has acknowledged and rests at {@code revision}. */
    private void upToDateAt(long revision) {
        grill = device(at(revision));
        upToDate();
    }

    private void upToDate() {
        started();
        listening();
        acked();
        heard(grill.state().cursor().revision());
    }

    private List<Effect> on(Input input) {
        List<Effect> effects = grill.on(input);
        for (Effect effect : effects) {
            if (effect instanceof Effect.Save save) {
                saved.add(save.state());
            }
        }
        return effects;
    }

    private List<Effect> started() {
        return on(new Input.Started(now));
    }

    private List<Effect> listening() {
        return on(new Input.Listening(now));
    }

    private List<Effect> cut() {
        return on(new Input.Cut(now));
    }

    private List<Effect> ticked() {
        return on(new Input.Ticked(now));
    }

    private List<Effect> atWake() {
        now = grill.wakeAtMillis();
        return ticked();
    }

    private List<Effect> heard(long revision) {
        return on(new Input.Heard(now, new Signal(EPOCH, revision)));
    }

    private List<Effect> answered(Answer answer) {
        return on(new Input.Answered(now, answer));
    }

    private List<Effect> page(long after, boolean upToDate, Change... changes) {
        return answered(new Answer.Page(List.of(changes), cursor(after + changes.length), upToDate));
    }

    private List<Effect> snapshot(String next, long revision, Order... orders) {
        return answered(new Answer.Snapshot(List.of(orders), new Cursor(OTHER_EPOCH, revision), next));
    }

    private List<Effect> reset() {
        return answered(new Answer.Reset("epoch-changed"));
    }

    private List<Effect> saved() {
        return on(new Input.Saved(now));
    }

    private List<Effect> acked() {
        return on(new Input.Acked(now, new AckAnswer.Accepted()));
    }

    private static Effect fetch(Integer after) {
        return new Effect.FetchPage(after == null ? null : cursor(after));
    }

    private static Effect ack(long revision) {
        return new Effect.Ack(cursor(revision));
    }

    private static Change created(long revision, String orderId) {
        return new Change(cursor(revision), "io.bellwire.order.created", orderId, 1, "{}");
    }

    private static Cursor cursor(long revision) {
        return new Cursor(EPOCH, revision);
    }
}
