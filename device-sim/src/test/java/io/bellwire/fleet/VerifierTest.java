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

/** Checks hand-written journals, each with one fault. */
class VerifierTest {
    private static final DeviceId GRILL = new DeviceId("grill");
    private static final DeviceId FRYER = new DeviceId("fryer");

    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders();

    @BeforeEach
    void threeOrdersForTheGrillAndOneForTheFryer() {
        acknowledged.acknowledged("order-1", GRILL, 0);
        acknowledged.acknowledged("order-2", GRILL, 0);
        acknowledged.acknowledged("order-3", GRILL, 0);
        acknowledged.acknowledged("order-9", FRYER, 0);
    }

    @Test
    void completeJournalInOrderIsClean() {
        VerificationResult result = result(applied(1, "order-1"), applied(2, "order-3"), applied(3, "order-2"));

        assertTrue(result.clean(), result::toString);
        assertEquals(3, result.applied());
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
        VerificationResult result = result(
                applied(1, "order-1"),
                new JournalEntry(Kind.ALREADY_APPLIED, new DeviceCursor("k3", 2), "order-1", 1, "created", 0, 0),
                applied(3, "order-2"),
                applied(4, "order-3"));

        assertEquals(1, result.appliedTwice());
    }

    @Test
    void revisionsInTheWrongOrderAreOutOfOrder() {
        VerificationResult result = result(applied(2, "order-2"), applied(1, "order-1"), applied(3, "order-3"));

        assertEquals(3, result.outOfOrder());
        assertEquals(0, result.lost());
        assertTrue(result.firstViolation().contains("revision 1 was due"), result::firstViolation);
    }

    @Test
    void gapIsOutOfOrder() {
        assertEquals(
                1,
                result(applied(1, "order-1"), applied(3, "order-2"), applied(4, "order-3"))
                        .outOfOrder());
    }

    @Test
    void skippedVersionIsOutOfOrder() {
        JournalEntry jump = new JournalEntry(Kind.APPLIED, new DeviceCursor("k3", 4), "order-1", 3, "updated", 0, 0);

        assertEquals(
                1,
                result(applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3"), jump)
                        .outOfOrder());
    }

    @Test
    void anotherDevicesOrderIsForeign() {
        VerificationResult result =
                result(applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3"), applied(4, "order-9"));

        assertEquals(1, result.foreign());
        assertEquals(
                "grill: meant for fryer: APPLIED change k3.4 order order-9 version 1 (created)",
                result.firstViolation());
    }

    @Test
    void orderThatNobodyPlacedIsForeign() {
        assertEquals(1, result(applied(1, "order-x")).foreign());
    }

    @Test
    void snapshotMayBringOrdersOutOfTurnAndTheFeedMayRepeatThem() {
        VerificationResult result = result(
                applied(1, "order-1"),
                new JournalEntry(Kind.RESTORED, null, "order-2", 1, "", 0, 0),
                new JournalEntry(Kind.RESUMED, new DeviceCursor("n3w", 40), null, 0, "", 0, 0),
                new JournalEntry(Kind.ALREADY_APPLIED, new DeviceCursor("n3w", 41), "order-2", 1, "created", 0, 0),
                new JournalEntry(Kind.APPLIED, new DeviceCursor("n3w", 42), "order-3", 1, "created", 0, 0));

        assertTrue(result.clean(), result::toString);
    }

    @Test
    void afterAReplacedLogEveryOrderHasToBeReceivedAgain() {
        JournalEntry cleared = new JournalEntry(Kind.ORDERS_CLEARED, null, null, 0, "", 0, 0);
        JournalEntry resumed = new JournalEntry(Kind.RESUMED, new DeviceCursor("n3w", 0), null, 0, "", 0, 0);
        VerificationResult result = result(
                applied(1, "order-1"),
                applied(2, "order-2"),
                cleared,
                new JournalEntry(Kind.RESTORED, null, "order-2", 1, "", 0, 0),
                resumed,
                new JournalEntry(Kind.APPLIED, new DeviceCursor("n3w", 1), "order-3", 1, "created", 0, 0));

        assertEquals(0, result.appliedTwice());
        assertEquals("grill: lost: order order-1", result.firstViolation());
    }

    @Test
    void newLogWithoutASnapshotIsOutOfOrder() {
        VerificationResult result = result(
                applied(1, "order-1"),
                applied(2, "order-2"),
                new JournalEntry(Kind.APPLIED, new DeviceCursor("n3w", 3), "order-3", 1, "created", 0, 0));

        assertEquals(1, result.outOfOrder());
    }

    private static JournalEntry event(long revision, String eventId) {
        return new JournalEntry(
                Kind.APPLIED, new DeviceCursor("k3", revision), null, 0, "com.example.told", 0, 0, eventId);
    }

    private void acknowledgeEventForGrill(String eventId, String group, long number) {
        acknowledged.eventAcknowledged(eventId, new AcknowledgedOrders.AcknowledgedEvent(Set.of(GRILL), group, number));
    }

    @Test
    void acknowledgedVersionThatWasNeverReceivedIsLost() {
        acknowledged.changed("order-2", 3);
        VerificationResult result = result(applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3"));

        assertEquals(1, result.lost());
        assertEquals("grill: lost: version 3 of order order-2", result.firstViolation());
    }

    @Test
    void eventIsAppliedOnceByThoseThatItWasSentTo() {
        acknowledgeEventForGrill("e-1", "stores/17", 1);
        acknowledgeEventForGrill("e-2", "stores/17", 2);
        acknowledged.eventAcknowledged("e-9", new AcknowledgedOrders.AcknowledgedEvent(Set.of(FRYER), null, 0));
        JournalEntry[] orders = {applied(1, "order-1"), applied(2, "order-2"), applied(3, "order-3")};

        assertTrue(result(orders[0], orders[1], orders[2], event(4, "e-1"), event(5, "e-2"))
                .clean());
        assertEquals(
                "grill: lost: event e-2",
                result(orders[0], orders[1], orders[2], event(4, "e-1")).firstViolation());
        assertEquals(
                1,
                result(orders[0], orders[1], orders[2], event(4, "e-1"), event(5, "e-2"), event(6, "e-2"))
                        .appliedTwice());
        assertEquals(
                2,
                result(
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
        acknowledgeEventForGrill("e-1", "stores/17", 1);
        acknowledgeEventForGrill("e-2", "stores/17", 2);
        acknowledgeEventForGrill("e-3", null, 0);
        VerificationResult result = result(
                applied(1, "order-1"),
                applied(2, "order-2"),
                applied(3, "order-3"),
                event(4, "e-2"),
                event(5, "e-3"),
                event(6, "e-1"));

        assertEquals(1, result.outOfOrder());
        assertEquals(0, result.lost());
    }

    @Test
    void eventsThatRetentionTookBeforeTheDeviceCameAreNotLostButNoMoreThanThese() {
        acknowledgeEventForGrill("e-1", null, 0);
        acknowledgeEventForGrill("e-2", null, 0);
        acknowledgeEventForGrill("e-3", null, 0);
        JournalEntry[] journal = {
            applied(1, "order-1"),
            applied(2, "order-2"),
            new JournalEntry(Kind.RESTORED, null, "order-3", 1, "", 0, 0),
            new JournalEntry(Kind.RESUMED, new DeviceCursor("k3", 4), null, 0, "", 0, 0),
            event(5, "e-3")
        };

        assertTrue(result(journal).clean(), () -> result(journal).toString());
        acknowledgeEventForGrill("e-4", null, 0);
        assertEquals(1, result(journal).lost());
    }

    /**
     * After a run that has broken off: an unknown order and an unknown event are excused, another device's order is
     * foreign as usual.
     */
    @Test
    void incompleteAcknowledgementsExcuseOnlyUnknownOrders() {
        Verifier verifier = new Verifier(acknowledged, false);
        verifier.check(GRILL, List.of(applied(1, "order-x"), event(2, "e-x"), applied(3, "order-9")));
        assertEquals(1, verifier.result().foreign());
    }

    private void assertFound(VerificationResult expected, JournalEntry... journal) {
        assertEquals(expected, result(journal));
        assertFalse(expected.clean());
    }

    private VerificationResult result(JournalEntry... journal) {
        Verifier verifier = new Verifier(acknowledged);
        verifier.check(GRILL, List.of(journal));
        return verifier.result();
    }

    private static JournalEntry applied(long revision, String orderId) {
        return new JournalEntry(Kind.APPLIED, new DeviceCursor("k3", revision), orderId, 1, "created", 0, 0);
    }
}
