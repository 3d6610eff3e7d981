package io.bellwire.escalation;

import io.bellwire.feed.LossDistances;
import io.bellwire.feed.LossDistances.LossDistance;
import java.util.Optional;

/**
 * A round through all accounts, part by part, that finds who is near to losing changes; then a pause, and the next
 * round. The loop calls it; any thread may ask for the distances.
 */
final class LossSweep {
    /** Turns between two rounds. */
    private static final int PAUSE_TURNS = 5;

    private Optional<String> next = Optional.of("");
    private int pauseTurns;
    private double devices = Double.NaN;
    private double partners = Double.NaN;
    private volatile double leastOfDevices = Double.NaN;
    private volatile double leastOfPartners = Double.NaN;

    /** What is to be looked at in this turn; empty in the pause. */
    Optional<String> next() {
        if (next.isEmpty() && --pauseTurns <= 0) {
            next = Optional.of("");
            devices = Double.NaN;
            partners = Double.NaN;
        }
        return next;
    }

    /** This part was looked at. */
    void looked(LossDistances.Page page) {
        for (LossDistance distance : page.distances()) {
            if (distance.leftMillis().isPresent()) {
                double seconds = distance.leftMillis().getAsLong() / 1e3;
                if (distance.feed().partner().isPresent()) {
                    partners = least(partners, seconds);
                } else {
                    devices = least(devices, seconds);
                }
            }
        }
        next = page.next();
        if (next.isEmpty()) {
            pauseTurns = PAUSE_TURNS;
            leastOfDevices = devices;
            leastOfPartners = partners;
        }
    }

    /** Nobody asks for it any more. */
    void stop() {
        next = Optional.of("");
        devices = Double.NaN;
        partners = Double.NaN;
        leastOfDevices = Double.NaN;
        leastOfPartners = Double.NaN;
    }

    private static double least(double one, double other) {
        return Double.isNaN(one) ? other : Math.min(one, other);
    }

    /** The least of the last round, in seconds; not a number if no device is behind. */
    double leastOfDevices() {
        return leastOfDevices;
    }

    double leastOfPartners() {
        return leastOfPartners;
    }
}
