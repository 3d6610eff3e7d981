package io.bellwire.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shows that the ledger finds orders that are lost, repeated or misdirected. */
class OrderLedgerTest {
    private static final long MILLI = 1_000_000;

    /** Four orders, 10 to 13, one every 10 ms, for two devices. */
    private final OrderLedger ledger = new OrderLedger(10, 4, 100, 2);

    private void acknowledgeAll() {
        for (int order = 0; order < ledger.orders(); order++) {
            ledger.acknowledged(order, ledger.dueNanos(order) + MILLI);
        }
    }

    private void apply(int order) {
        ledger.applied(ledger.device(order), ledger.number(order), ledger.dueNanos(order) + 2 * MILLI);
    }

    @Test
    void ordersThatAreAppliedOnceAreNoFault() {
        acknowledgeAll();
        for (int order = 0; order < 4; order++) {
            apply(order);
        }

        assertEquals(Optional.empty(), ledger.fault());
        assertEquals(0, ledger.outOfOrder());
        assertEquals(1_000, ledger.acknowledgedMicros(0, 4).getMaxValue());
        assertEquals(4, ledger.appliedMicros(0, 4).getTotalCount());
        assertTrue(ledger.isTimely(0, 4, 1));
    }

    @Test
    void acknowledgedOrderThatIsNotAppliedIsLost() {
        acknowledgeAll();
        apply(0);
        apply(1);
        apply(3);

        assertEquals(Optional.of("1 orders lost"), ledger.fault());
        assertFalse(ledger.isTimely(0, 4, 0.99));
    }

    @Test
    void orderThatComesAgainIsAppliedTwiceAlsoFromAnEarlierRun() {
        apply(0);
        apply(0);
        ledger.applied(1, 9, 0);

        assertEquals(Optional.of("2 orders applied twice"), ledger.fault());
    }

    @Test
    void orderOfAnotherDeviceAndOneThatNobodyPlacedAreFaults() {
        ledger.applied(1, 10, 0);
        ledger.applied(0, 14, 0);

        assertEquals(Optional.of("2 orders at a device that they were not for"), ledger.fault());
    }

    @Test
    void laterOrderThatOvertakesIsCounted() {
        acknowledgeAll();
        apply(2);
        apply(0);
        apply(1);
        apply(3);

        assertEquals(1, ledger.outOfOrder());
        assertEquals(Optional.empty(), ledger.fault());
    }

    @Test
    void ordersAreDueAtAnEvenPaceOrAllAtOnce() {
        ledger.start(5 * MILLI);
        OrderLedger atOnce = new OrderLedger(0, 7, Double.POSITIVE_INFINITY, 2);
        atOnce.start(5 * MILLI);

        assertEquals(35 * MILLI, ledger.dueNanos(3));
        assertEquals(3, ledger.dueBy(26 * MILLI));
        assertEquals(4, ledger.dueBy(900 * MILLI));
        assertEquals(7, atOnce.dueBy(6 * MILLI));
    }
}
