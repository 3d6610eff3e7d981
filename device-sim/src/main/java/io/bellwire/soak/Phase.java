package io.bellwire.soak;

import java.util.List;

/**
 * A stretch of the run in which the same goes on all the time. Immutable.
 *
 * @param name tells it from the others
 * @param isMeasured whether it is one of those that are alike, and are held against each other
 * @param steps in the order of their time
 */
public record Phase(String name, Kind kind, int seconds, boolean isMeasured, List<Step> steps) {
    public Phase {
        if (seconds < 1) {
            throw new IllegalArgumentException("phase " + name + " must last at least 1 s, is " + seconds);
        }
        steps = List.copyOf(steps);
    }

    /** What goes on. */
    public enum Kind {
        /** Orders, changes and events; no faults. */
        LOAD,
        /** The same with connections that are cut, signals that get lost, devices that die. */
        FAULTS,
        /** No orders and no faults; every device stays connected, or asks as it always does. */
        SILENCE,
        /** The same, and nobody asks for anything: what devices remain only listen. */
        DEEP_SILENCE;

        boolean isSilent() {
            return this == SILENCE || this == DEEP_SILENCE;
        }
    }

    /**
     * What is done, and when.
     *
     * @param at which part of the phase is over then, 0 to 1
     */
    public record Step(double at, ServerAction action) {
        public Step {
            if (!(at >= 0 && at <= 1)) {
                throw new IllegalArgumentException("a step must be at 0 to 1 of its phase, is at " + at);
            }
        }
    }

    /** These actions at even distances. */
    static List<Step> evenly(ServerAction... actions) {
        Step[] steps = new Step[actions.length];
        for (int i = 0; i < actions.length; i++) {
            steps[i] = new Step((i + 0.5) / actions.length, actions[i]);
        }
        return List.of(steps);
    }
}
