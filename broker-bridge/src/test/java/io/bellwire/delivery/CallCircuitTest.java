package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When an endpoint is only probed, and when it is probed. */
class CallCircuitTest {
    private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withRetries(
            List.of(Duration.ofSeconds(10), Duration.ofSeconds(100), Duration.ofSeconds(1_000)), 3);

    private final CallCircuit circuit = new CallCircuit();
    private final Random random = new Random(7);

    private boolean failed(long atSeconds) {
        return circuit.failed(
                false, OPTIONS, random, Duration.ofSeconds(atSeconds).toNanos());
    }

    private void probedAfter(long seconds, long atSeconds) {
        long after = circuit.probeNanos() - Duration.ofSeconds(atSeconds).toNanos();
        long least = Duration.ofSeconds(seconds).toNanos();
        assertTrue(after >= least && after <= least + least / 5, () -> seconds + " s, but " + Duration.ofNanos(after));
    }

    @Test
    void probesFollowTheScheduleFromItsBeginning() {
        assertFalse(failed(0));
        assertFalse(failed(1));
        assertFalse(circuit.isOpen());
        assertEquals(0, circuit.probeNanos());
        assertFalse(failed(2));
        assertTrue(circuit.isOpen());
        probedAfter(10, 2);
        assertFalse(failed(20));
        probedAfter(100, 20);
        assertFalse(failed(200));
        probedAfter(1_000, 200);
        assertFalse(failed(2_000));
        assertTrue(failed(4_000));
        assertEquals(7, circuit.failures());
    }

    @Test
    void callThatWasUnderWayWhenThePauseBeganIsNoProbe() {
        failed(0);
        failed(0);
        failed(0);
        long probeNanos = circuit.probeNanos();
        assertFalse(circuit.failed(true, OPTIONS, random, Duration.ofSeconds(5).toNanos()));
        assertEquals(probeNanos, circuit.probeNanos());
        assertEquals(4, circuit.failures());
        failed(20);
        probedAfter(100, 20);
    }
}
