package io.bellwire.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.alert.AlertFailure.Kind;
import io.bellwire.alert.AlertQueue.Added;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is sent when, held back and dropped, by a time that the test sets. */
class AlertQueueTest {
    private static final String ALICE = "alice@example.com";
    private static final String BOB = "bob@example.com";
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofHours(1));

    private final RecipientLimits limits = new RecipientLimits(3, 4);
    private AlertQueue queue = new AlertQueue(1_000, PAUSES, limits);
    private long now = 10_000;

    private static Alert about(String key, int number) {
        return new Alert(key, "subject " + number, List.of());
    }

    private Added add(String recipient, String key, int number) {
        return queue.add(recipient, about(key, number), now, 1_000_000 + now);
    }

    private QueuedAlert take() {
        return queue.take(now).orElseThrow();
    }

    private static String subject(QueuedAlert queued) {
        return queued.alert().orElseThrow().subject();
    }

    @Test
    void alertsAreSentInTheirOrderWithTheTimeOfTheirAcceptance() {
        add(ALICE, "p1", 1);
        now += 7;
        add(BOB, "p1", 2);

        assertEquals(1_010_000, queue.take(now).orElseThrow().acceptedMillis());
        assertEquals("subject 2", subject(take()));
        assertEquals(Optional.empty(), queue.take(now));
        assertEquals(Optional.empty(), queue.nextMillis());
    }

    @Test
    void alertThatIsNotTakenNowIsTriedAgainAfterGrowingPausesThenDropped() {
        add(ALICE, "p1", 1);
        for (Duration pause : PAUSES) {
            QueuedAlert tried = take();
            assertTrue(queue.failed(tried, Kind.LATER, now));
            assertEquals(Optional.of(now + pause.toMillis()), queue.nextMillis());
            now += pause.toMillis() - 1;
            assertEquals(Optional.empty(), queue.take(now));
            now += 1;
        }
        assertFalse(queue.failed(take(), Kind.LATER, now));
        assertEquals(0, queue.size());
    }

    @Test
    void refusedAlertIsDroppedAtOnceAndOneThatWaitsHoldsUpNoOther() {
        add(ALICE, "p1", 1);
        assertFalse(queue.failed(take(), Kind.REFUSED, now));

        add(ALICE, "p1", 2);
        add(BOB, "p1", 3);
        assertTrue(queue.failed(take(), Kind.LATER, now));
        assertEquals("subject 3", subject(take()));
    }

    @Test
    void serverThatCannotBeReachedIsLeftAloneByAllAlertsForEverLonger() {
        add(ALICE, "p1", 1);
        add(BOB, "p1", 2);
        assertTrue(queue.failed(take(), Kind.UNREACHABLE, now));
        assertEquals(Optional.empty(), queue.take(now + 4_999));

        now += 5_000;
        assertTrue(queue.failed(take(), Kind.UNREACHABLE, now));
        assertEquals(Optional.empty(), queue.take(now + 119_999));

        now += 120_000;
        take();
        queue.sent();
        assertTrue(queue.take(now).isPresent(), "the other one need not wait any more");
    }

    @Test
    void recipientGetsNoMoreThanItsShareOfAnHourAndThenOneSummary() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Added.QUEUED, add(ALICE, "p1", i));
            assertEquals("subject " + i, subject(take()));
            now += 1_000;
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(Added.HELD_BACK, add(ALICE, "p1", 7 + i % 2));
        }
        assertEquals(1, queue.size(), "one summary waits, whatever is held back");
        assertEquals(Added.QUEUED, add(BOB, "p1", 9));
        assertEquals(BOB, take().recipient());

        assertEquals(Optional.of(10_000 + HOUR), queue.nextMillis());
        now = 10_000 + HOUR;
        QueuedAlert summary = take();
        assertEquals("100 more messages were not sent", subject(summary));
        assertTrue(
                summary.alert().orElseThrow().lines().containsAll(List.of("- subject 7 (50x)", "- subject 8 (50x)")));
        assertEquals(Added.HELD_BACK, add(ALICE, "p1", 10), "the summary counts too");
        now += 1_000;
        assertEquals(Added.QUEUED, add(ALICE, "p1", 11));
    }

    @Test
    void fullQueueDropsTheOldestOfWhatThereIsMost() {
        queue = new AlertQueue(5, PAUSES, new RecipientLimits(1_000, 10));
        add(ALICE, "p1", 1);
        for (int i = 2; i <= 5; i++) {
            add(ALICE, "flapping", i);
        }
        assertEquals(Added.QUEUED_FOR_ANOTHER, add(ALICE, "flapping", 6));
        assertEquals(Added.QUEUED_FOR_ANOTHER, add(ALICE, "p3", 7));

        TreeSet<String> left = new TreeSet<>();
        for (Optional<QueuedAlert> next = queue.take(now); next.isPresent(); next = queue.take(now)) {
            left.add(subject(next.get()));
        }
        assertEquals(new TreeSet<>(List.of("subject 1", "subject 4", "subject 5", "subject 6", "subject 7")), left);
    }

    @Test
    void summaryThatWasDroppedComesAgain() {
        queue = new AlertQueue(1, PAUSES, new RecipientLimits(1, 10));
        add(ALICE, "p1", 1);
        take();
        add(ALICE, "p1", 2); // a summary waits
        add(BOB, "p1", 3); // takes its place
        take();

        add(ALICE, "p1", 4);
        now += HOUR;

        assertEquals("1 more messages were not sent", subject(take()));
    }

    @Test
    void noMoreThanSoManyRecipientsAreRemembered() {
        for (int i = 0; i < 100; i++) {
            add("r" + i + "@example.com", "p1", i);
        }
        assertEquals(4, limits.size());
    }
}
