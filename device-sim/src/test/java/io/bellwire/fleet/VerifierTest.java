package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.fleet.JournalEntry.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verifier, on journals that are broken by hand. */
class VerifierTest {
    private static final DeviceId GRILL = new DeviceId("grill");
    private static final DeviceId FRYER = new DeviceId("fryer");

    private final AcknowledgedOrders truth = new AcknowledgedOrders();

    @BeforeEach
    void threeOrdersForTheGrillAndOneForTheFryer() {
        truth.acknowledged("order-1", GRILL, 0);
        truth.acknowledged("order-2", GRILL, 0);
        truth.acknowledged("order-3", GRILL, 0);
        truth.acknowledged("order-9", FRYER, 0);
    }

    @Test
    void completeJournalInOrderIsClean() {
        VerificationResult verdict = verdict(applied(1, "order-1"), applied(2, "order-3"), applied(3, "order-2"));

        assertTrue(verdict.clean(), verdict::toString);
        assertEquals(3, verdict.applied());
    }

    @Test
    void missingOrderIsLost() {
        assertFound(
                new VerificationResult(2, 1, 0, 0, 0, "grill: lost: order order-3"),
                applied(1, "order-1"),
                applied(2, "order-2"));
    }

    @Test
    void changeServedTwiceIsAppliedTwice() {
        assertFound(
                new VerificationResult(
                        3, 0, 1, 0, 0, "grill: applied twice: APPLIED change k3.2 order order-2 version 1 (created)"),
                applied(1, "order-1"),
                applied(2, "order-2"),
                applied(2, "order-2"),
                applied(3, "order-3"));
    }

    @Test
    void sameOrderUnderAnotherRevisionIsAppliedTwice() {
        assertFound(
                new VerificationResult(
                        4, 0, 1, 0, 0, "grill: applied twice: APPLIED change k3.3 order order-1 version 1 (created)"),
                applied(1, "order-1"),
                applied(2, "order-2"),
                applied(3, "order-1"),
                applied(4, "order-3"));
    }

    @Test
    void doubleThatTheDeviceCaughtWithoutASnapshotIsStillFound() {
        VerificationResult verdict = verdict(
                applied(1, "order-1"),
                new JournalEntry(Kind.KNOWN, new DeviceCursor("k3", 2), "order-1", 1, "created", 0, 0),
                applied(3, "order-2"),
                applied(4, "order-3"));

        assertEquals(1, verdict.appliedTwice());
    }

    @Test
    void revisionsInTheWrongOrderAreOutOfOrder() {
        VerificationResult verdict = verdict(applied(2, "order-2"), applied(1, "order-1"), applied(3, "order-3"));

        assertEquals(3, verdict.outOfOrder());
        assertEquals(0, verdict.lost());
        assertTrue(verdict.firstOffence().contains("revision 1 was due"), verdict::firstOffence);
    }

    @Test
    void gapIsOutOfOrder() {
        assertEquals(
                1,
                verdict(applied(1, "order-1"), applied(3, "order-2"), applied(4, "order-3"))
                        .outOfOrder());
    }

    @Test
    void skippedVersionIsOutOfOrder() {
        JournalEntry jump = new JournalEntry(Kind.APPLIED, new DeviceCursor("k3", 4), "order-1", 3, "updated", 0, 0);

        assertEquals(
                1,
                verdict(applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3"), jump)
                        .outOfOrder());
    }

    @Test
    void anotherDevicesOrderIsForeign() {
        VerificationResult verdict =
                verdict(applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3"), applied(4, "order-9"));

        assertEquals(1, verdict.foreign());
        assertEquals(
                "grill: meant for fryer: APPLIED change k3.4 order order-9 version 1 (created)",
                verdict.firstOffence());
    }

    @Test
    void orderThatNobodyPlacedIsForeign() {
        assertEquals(1, verdict(applied(1, "order-x")).foreign());
    }

    @Test
    void snapshotMayBringOrdersOutOfTurnAndTheFeedMayRepeatThem() {
        VerificationResult verdict = verdict(
                applied(1, "order-1"),
                new JournalEntry(Kind.RESTORED, null, "order-2", 1, "", 0, 0),
                new JournalEntry(Kind.RESUMED, new DeviceCursor("n3w", 40), null, 0, "", 0, 0),
                new JournalEntry(Kind.KNOWN, new DeviceCursor("n3w", 41), "order-2", 1, "created", 0, 0),
                new JournalEntry(Kind.APPLIED, new DeviceCursor("n3w", 42), "order-3", 1, "created", 0, 0));

        assertTrue(verdict.clean(), verdict::toString);
    }

    @Test
    void afterAllWasForgottenEverythingHasToComeAgain() {
        JournalEntry forgotten = new JournalEntry(Kind.FORGOTTEN, null, null, 0, "", 0, 0);
        JournalEntry resumed = new JournalEntry(Kind.RESUMED, new DeviceCursor("n3w", 0), null, 0, "", 0, 0);
        VerificationResult verdict = verdict(
                applied(1, "order-1"),
                applied(2, "order-2"),
                forgotten,
                new JournalEntry(Kind.RESTORED, null, "order-2", 1, "", 0, 0),
                resumed,
                new JournalEntry(Kind.APPLIED, new DeviceCursor("n3w", 1), "order-3", 1, "created", 0, 0));

        assertEquals(0, verdict.appliedTwice());
        assertEquals("grill: lost: order order-1", verdict.firstOffence());
    }

    @Test
    void newLogWithoutASnapshotIsOutOfOrder() {
        VerificationResult verdict = verdict(
                applied(1, "order-1"),
                applied(2, "order-2"),
                new JournalEntry(Kind.APPLIED, new DeviceCursor("n3w", 3), "order-3", 1, "created", 0, 0));

        assertEquals(1, verdict.outOfOrder());
    }

    private static JournalEntry event(long revision, String eventId) {
        return new JournalEntry(
                Kind.APPLIED, new DeviceCursor("k3", revision), null, 0, "com.example.told", 0, 0, eventId);
    }

    private void tellTheGrill(String eventId, String group, long number) {
        truth.told(eventId, new AcknowledgedOrders.Told(Set.of(GRILL), group, number));
    }

    @Test
    void versionThatWasAcknowledgedAndNeverCameIsLost() {
        truth.changed("order-2", 3);
        VerificationResult verdict = verdict(applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3"));

        assertEquals(1, verdict.lost());
        assertEquals("grill: lost: version 3 of order order-2", verdict.firstOffence());
    }

    @Test
    void eventIsAppliedOnceByThoseThatItWasTold() {
        tellTheGrill("e-1", "stores/17", 1);
        tellTheGrill("e-2", "stores/17", 2);
        truth.told("e-9", new AcknowledgedOrders.Told(Set.of(FRYER), null, 0));
        JournalEntry[] orders = {applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3")};

        assertTrue(verdict(orders[0], orders[1], orders[2], event(4, "e-1"), event(5, "e-2"))
                .clean());
        assertEquals(
                "grill: lost: event e-2",
                verdict(orders[0], orders[1], orders[2], event(4, "e-1")).firstOffence());
        assertEquals(
                1,
                verdict(orders[0], orders[1], orders[2], event(4, "e-1"), event(5, "e-2"), event(6, "e-2"))
                        .appliedTwice());
        assertEquals(
                2,
                verdict(
                                orders[0],
                                orders[1],
                                orders[2],
                                event(4, "e-1"),
                                event(5, "e-2"),
                                event(6, "e-9"),
                                event(7, "e-x"))
                        .foreign());
    }

    @Test
    void eventsOfAGroupOutOfTheirOrderAreFound() {
        tellTheGrill("e-1", "stores/17", 1);
        tellTheGrill("e-2", "stores/17", 2);
        tellTheGrill("e-3", null, 0);
        VerificationResult verdict = verdict(
                applied(1, "order-1"),
                applied(2, "order-2"),
                applied(3, "order-3"),
                event(4, "e-2"),
                event(5, "e-3"),
                event(6, "e-1"));

        assertEquals(1, verdict.outOfOrder());
        assertEquals(0, verdict.lost());
    }

    @Test
    void eventsThatRetentionTookBeforeTheDeviceCameAreNotLostButNoMoreThanThese() {
        tellTheGrill("e-1", null, 0);
        tellTheGrill("e-2", null, 0);
        tellTheGrill("e-3", null, 0);
        JournalEntry[] journal = {
            applied(1, "order-1"),
            applied(2, "order-2"),
            new JournalEntry(Kind.RESTORED, null, "order-3", 1, "", 0, 0),
            new JournalEntry(Kind.RESUMED, new DeviceCursor("k3", 4), null, 0, "", 0, 0),
            event(5, "e-3")
        };

        assertTrue(verdict(journal).clean(), () -> verdict(journal).toString());
        tellTheGrill("e-4", null, 0);
        assertEquals(1, verdict(journal).lost());
    }

    /** Of a run that has broken off: an order and an event of unheard writes; another device's order is foreign as ever. */
    @Test
    void truthThatIsNotWholeExcusesOnlyWhatItDoesNotKnow() {
        Verifier verifier = new Verifier(truth, false);
        verifier.check(GRILL, List.of(applied(1, "order-x"), event(2, "e-x"), applied(3, "order-9")));
        assertEquals(1, verifier.verdict().foreign());
    }

    private void assertFound(VerificationResult expected, JournalEntry... journal) {
        assertEquals(expected, verdict(journal));
        assertFalse(expected.clean());
    }

    private VerificationResult verdict(JournalEntry... journal) {
        Verifier verifier = new Verifier(truth);
        verifier.check(GRILL, List.of(journal));
        return verifier.verdict();
    }

    private static JournalEntry applied(long revision, String orderId) {
        return new JournalEntry(Kind.APPLIED, new DeviceCursor("k3", revision), orderId, 1, "created", 0, 0);
    }
}
