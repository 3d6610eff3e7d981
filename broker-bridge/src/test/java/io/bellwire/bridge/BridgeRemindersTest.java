package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.Revision;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Devices that do not read, and outcomes of hand-overs. */
class BridgeRemindersTest extends BridgeFixture {
    @Test
    void lostSignalIsRepeatedAtGrowingIntervalsUntilTheDeviceHasRead() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        List<Long> atMillis = signalTimes(Duration.ofMinutes(10));
        for (int i = 0; i < 10; i++) {
            long gap = atMillis.get(i + 1) - atMillis.get(i);
            long full = Math.min(60_000, 1_000L << i);
            assertTrue(gap >= full / 2 && gap <= full + 1, "gap " + i + " is " + gap);
        }
        broker.take();
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(), broker.take());
        assertEquals(0, gauge("bellwire.bridge.devices.behind"));
    }

    /** The answer may belong to a request that the device gave up and repeated before the change was committed. */
    @Test
    void answerThatNobodyAcknowledgesIsFollowedByOneMoreSignal() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        broker.take();
        bridge.received(GRILL_FEED, new Revision(1));
        time.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void deviceThatReadsAndNeverAcknowledgesIsOnlyGreetedWhenItConnects() {
        positions.set(GRILL_FEED, 7, 7, 0, EIGHT);
        subscribed(GRILL);
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(7L), broker.takeRevisions());
    }

    @Test
    void signalThatAnAnswerMadeNeedlessIsStillSentIfNobodyAcknowledges() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        bridge.processed(GRILL_FEED, new Revision(1));
        broker.take();
        commit(GRILL_FEED, 2);
        bridge.received(GRILL_FEED, new Revision(2));
        assertEquals(1, counter("bellwire.bridge.signals.skipped"), "in its window");
        time.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void deviceThatDoesNotReadForAYearIsStillRemindedOnceAMinute() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.advance(Duration.ofDays(365));
        broker.take();

        time.advance(Duration.ofHours(1));

        int reminders = broker.take().size();
        assertTrue(reminders >= 59 && reminders <= 121, reminders + " times in an hour");
        assertTrue(time.tasks() <= 2, time.tasks() + " timers");
    }

    @Test
    void deviceThatReadsPageByPageIsNotRemindedMeanwhile() {
        positions.set(GRILL_FEED, 1_000, 0, 0, EIGHT);
        subscribed(GRILL);
        time.runDue();
        broker.take();
        for (long revision = 10; revision < 1_000; revision += 10) {
            time.advanceMillis(400);
            bridge.received(GRILL_FEED, new Revision(revision));
        }
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofSeconds(2));
        assertEquals(List.of(1_000L), broker.takeRevisions(), "it stopped before the head");
    }

    @Test
    void newsIsSignalledAtOnceWhileAnOlderSignalIsInBackoff() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.advance(Duration.ofMinutes(5));
        broker.take();
        commit(GRILL_FEED, 2);
        time.runDue();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void acknowledgementAloneStopsReminders() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        broker.take();
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
    }

    @Test
    void congestedDeviceIsSignalledAgainAfterBackoffAndNotForEachCommit() {
        connected(GRILL);
        broker.answerWith(Handover.CONGESTED);
        for (int head = 1; head <= 50; head++) {
            commit(GRILL_FEED, head);
            time.advanceMillis(10);
        }
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(501);
        assertEquals(List.of(50L), broker.takeRevisions());
        assertEquals(1, signals("news", "congested"));
        assertEquals(1, signals("news", "written"));
    }

    @Test
    void congestedDeviceThatReadByItselfIsSignalledAtOnceAfterTheNextCommit() {
        connected(GRILL);
        broker.answerWith(Handover.CONGESTED);
        commit(GRILL_FEED, 1);
        time.runDue();
        bridge.received(GRILL_FEED, new Revision(1));
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(100);
        broker.take();
        commit(GRILL_FEED, 2);
        time.runDue();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void signalThatFailsAfterItsReaderHasReadDoesNotDelayTheNext() {
        connected(GRILL);
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        broker.answer = device -> handover;
        commit(GRILL_FEED, 1);
        time.runDue();
        bridge.received(GRILL_FEED, new Revision(1));
        handover.complete(Handover.CONGESTED);
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(100);
        broker.take();
        commit(GRILL_FEED, 2);
        time.runDue();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void answerThatBringsNothingNewDoesNotPostponeTheReminder() {
        connected(GRILL);
        commit(GRILL_FEED, 1, 2);
        time.runDue();
        bridge.received(GRILL_FEED, new Revision(1));
        broker.take();
        for (int i = 0; i < 10; i++) {
            time.advanceMillis(400);
            bridge.received(GRILL_FEED, new Revision(1));
        }
        assertTrue(broker.takeRevisions().size() > 1);
    }

    @Test
    void greetingThatFailsIsRepeated() {
        broker.answerWith(Handover.FAILED);
        subscribed(GRILL);
        time.runDue();
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(499);
        assertEquals(List.of(), broker.take(), "after a wait");
        time.advanceMillis(501);
        assertEquals(List.of(0L), broker.takeRevisions());
        assertEquals(1, signals("greeting", "failed"));
    }

    @Test
    void deviceThatIsNotSubscribedIsRemovedUntilItSubscribesAgain() {
        connected(GRILL);
        broker.answerWith(Handover.NOT_SUBSCRIBED);
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(1, broker.take().size());
        assertEquals(0, gauge("bellwire.bridge.devices"));
        commit(GRILL_FEED, 2);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());

        broker.answerWith(Handover.WRITTEN);
        positions.set(GRILL_FEED, 2, 0, 0, EIGHT);
        subscribed(GRILL);
        time.runDue();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void brokerThatThrowsForOneDeviceDoesNotAffectOthersAndIsTriedAgain() {
        connected(GRILL);
        connected(FRYER);
        broker.answer = device -> {
            if (device.equals(GRILL)) {
                throw new IllegalStateException("bad item");
            }
            return CompletableFuture.completedFuture(Handover.WRITTEN);
        };
        commit(GRILL_FEED, 1);
        commit(FRYER_FEED, 1);
        time.runDue();
        assertEquals(2, broker.take().size());
        assertEquals(1, meters.counter("bellwire.bridge.faults").count());

        bridge.processed(FRYER_FEED, new Revision(1));
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void brokerWhoseStageFailsIsTriedAgain() {
        connected(GRILL);
        broker.answer = device -> CompletableFuture.failedFuture(new IllegalStateException("bad item"));
        commit(GRILL_FEED, 1);
        time.runDue();
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 1L), broker.takeRevisions());
    }

    @Test
    void signalThatIsNeverAnsweredFailsAfterTheTimeoutAndIsRepeated() {
        connected(GRILL);
        broker.answer = device -> new CompletableFuture<>();
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(1, signals("news", "failed"));
    }
}
