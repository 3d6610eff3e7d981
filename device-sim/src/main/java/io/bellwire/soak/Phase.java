package io.bellwire.soak;

import java.util.List;

/**
 * A part of the run with one kind of work. Immutable.
 *
 * @param name unique in the plan
 * @param isMeasured whether its figures are compared with those of the other measured phases of its kind
 * @param steps in the order of their times
 */
public record Phase(String name, Kind kind, int seconds, boolean isMeasured, List<Step> steps) {
    public Phase {
        if (seconds < 1) {
            throw new IllegalArgumentException("phase " + name + " must last at least 1 s, is " + seconds);
        }
        steps = List.copyOf(steps);
    }

    /** What happens in a phase. */
    public enum Kind {
        /** Orders, changes and events; no faults. */
        LOAD,
        /** The same with faults: connections are cut, signals lost, devices killed. */
        FAULTS,
        /** No orders and no faults; every device stays connected, or polls as usual. */
        SILENCE,
        /** The same without polling devices: the remaining devices only wait for signals. */
        DEEP_SILENCE;

        boolean isSilent() {
            return this == SILENCE || this == DEEP_SILENCE;
        }
    }

    /**
     * An action and its time.
     *
     * @param at the part of the phase that is over then, 0 to 1
     */
    public record Step(double at, ServerAction action) {
        public Step {
            if (!(at >= 0 && at <= 1)) {
                throw new IllegalArgumentException("a step must be at 0 to 1 of its phase, is at " + at);
            }
        }
    }

    /** Steps for these actions, at even distances. */
    static List<Step> evenly(ServerAction... actions) {
        Step[] steps = new Step[actions.length];
        for (int i = 0; i < actions.length; i++) {
            steps[i] = new Step((i + 0.5) / actions.length, actions[i]);
        }
        return List.of(steps);
    }
}
