package io.bellwire.delivery;

import java.util.random.RandomGenerator;

/**
 * The attempts of an endpoint that have failed in a row: whether it is still called as usual, or only probed because
 * there are too many. It ends with the row. Not thread-safe.
 */
final class CallCircuit {
    private int failures;
    private int probesFailed;
    private boolean isOpen;
    private long probeNanos;
    private long failedNanos;

    /** How many attempts in a row have failed. */
    int failures() {
        return failures;
    }

    /** Whether the endpoint is only probed. */
    boolean isOpen() {
        return isOpen;
    }

    /** When it may be probed next; 0 if the circuit is closed. */
    long probeNanos() {
        return isOpen ? probeNanos : 0;
    }

    /** When the last failure in the row was. */
    long failedNanos() {
        return failedNanos;
    }

    /**
     * An attempt has failed.
     *
     * @param isLate whether it was begun before the circuit opened, so that it is no probe
     * @return whether there are no more probes
     */
    boolean failed(boolean isLate, DeliveryOptions options, RandomGenerator random, long nowNanos) {
        failures++;
        failedNanos = nowNanos;
        if (isOpen && isLate) {
            return false;
        }
        probesFailed += isOpen ? 1 : 0;
        if (failures >= options.pauseAfter()) {
            isOpen = true;
            probeNanos = nowNanos + options.schedule().delayNanos(probesFailed, random);
        }
        return probesFailed > options.schedule().size();
    }
}
