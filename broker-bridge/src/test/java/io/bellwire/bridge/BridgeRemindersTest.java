package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Devices that do not come, and what the broker says of each hand-over. */
class BridgeRemindersTest extends BridgeFixture {
    @Test
    void lostSignalIsRungAgainWithGrowingIntervalsUntilTheDeviceHasCome() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        List<Long> atMillis = ringTimes(Duration.ofMinutes(10));
        for (int i = 0; i < 10; i++) {
            long gap = atMillis.get(i + 1) - atMillis.get(i);
            long whole = Math.min(60_000, 1_000L << i);
            assertTrue(gap >= whole / 2 && gap <= whole + 1, "gap " + i + " is " + gap);
        }
        broker.take();
        bridge.processed(GRILL_FEED, 1);
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(), broker.take());
        assertEquals(0, gauge("bellwire.bridge.devices.behind"));
    }

    /** The answer may be that of a request which was given up, and the device asked anew before the change was there. */
    @Test
    void answerThatNobodyAcknowledgesIsFollowedByOneMoreSignal() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        broker.take();
        bridge.received(GRILL_FEED, 1);
        time.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void deviceThatReadsAndNeverAcknowledgesIsOnlyGreetedWhenItConnects() {
        log.set(GRILL_FEED, 7, 7, 0, EIGHT);
        subscribed(GRILL);
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(7L), broker.takeRevisions());
    }

    @Test
    void signalThatAnAnswerMadeNeedlessIsSentAllTheSameIfNobodyAcknowledges() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        bridge.processed(GRILL_FEED, 1);
        broker.take();
        commit(GRILL_FEED, 2);
        bridge.received(GRILL_FEED, 2);
        time.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void deviceThatStaysAwayForAYearIsStillRungOnceAMinute() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.advance(Duration.ofDays(365));
        broker.take();

        time.advance(Duration.ofHours(1));

        int rung = broker.take().size();
        assertTrue(rung >= 59 && rung <= 121, rung + " times in an hour");
        assertTrue(time.tasks() <= 2, time.tasks() + " timers");
    }

    @Test
    void deviceThatReadsPageByPageIsNotRungMeanwhile() {
        log.set(GRILL_FEED, 1_000, 0, 0, EIGHT);
        subscribed(GRILL);
        time.settle();
        broker.take();
        for (long revision = 10; revision < 1_000; revision += 10) {
            time.advanceMillis(400);
            bridge.received(GRILL_FEED, revision);
        }
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofSeconds(2));
        assertEquals(List.of(1_000L), broker.takeRevisions(), "it stopped before the head");
    }

    @Test
    void newsRingsAtOnceThoughAnOlderSignalIsInBackoff() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.advance(Duration.ofMinutes(5));
        broker.take();
        commit(GRILL_FEED, 2);
        time.settle();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void acknowledgementAloneStopsTheRingingToo() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        broker.take();
        bridge.processed(GRILL_FEED, 1);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
    }

    @Test
    void congestedDeviceIsTriedAgainAfterBackoffAndNotForEachCommit() {
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
    void congestedDeviceThatCameByItselfIsRungAtOnceByTheNextCommit() {
        connected(GRILL);
        broker.answerWith(Handover.CONGESTED);
        commit(GRILL_FEED, 1);
        time.settle();
        bridge.received(GRILL_FEED, 1);
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(100);
        broker.take();
        commit(GRILL_FEED, 2);
        time.settle();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void greetingThatFailsIsRepeated() {
        broker.answerWith(Handover.FAILED);
        subscribed(GRILL);
        time.settle();
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(0L), broker.takeRevisions());
        assertEquals(1, signals("greeting", "failed"));
    }

    @Test
    void deviceThatIsNotSubscribedIsForgottenUntilItSubscribesAgain() {
        connected(GRILL);
        broker.answerWith(Handover.NOT_SUBSCRIBED);
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(1, broker.take().size());
        assertEquals(0, gauge("bellwire.bridge.devices"));
        commit(GRILL_FEED, 2);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());

        broker.answerWith(Handover.WRITTEN);
        log.set(GRILL_FEED, 2, 0, 0, EIGHT);
        subscribed(GRILL);
        time.settle();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void brokerThatThrowsForOneDeviceIsOutlivedAndTriedAgain() {
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
        time.settle();
        assertEquals(2, broker.take().size());
        assertEquals(1, meters.counter("bellwire.bridge.faults").count());

        bridge.processed(FRYER_FEED, 1);
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void brokerThatFailsItsStageAgainstTheContractIsOutlived() {
        connected(GRILL);
        broker.answer = device -> CompletableFuture.failedFuture(new IllegalStateException("bad item"));
        commit(GRILL_FEED, 1);
        time.settle();
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 1L), broker.takeRevisions());
    }

    @Test
    void brokerThatNeverAnswersIsGivenUpAndTheDeviceRungAgain() {
        connected(GRILL);
        broker.answer = device -> new CompletableFuture<>();
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(1, signals("news", "failed"));
    }
}
