package io.bellwire.soak;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The figures of one moment. Immutable.
 *
 * @param seconds since the run began
 * @param phase index of the phase in the plan, from 0
 * @param processNumber number of the server's process, from 1; each kill or restart begins the next
 * @param steady whether the phase had lasted long enough for the effects of the phase before to be over
 * @param figures the figures that could be measured
 */
record Sample(double seconds, int phase, int processNumber, boolean steady, Map<Figure, Double> figures) {
    Sample {
        EnumMap<Figure, Double> copy = new EnumMap<>(Figure.class);
        copy.putAll(figures);
        figures = Collections.unmodifiableMap(copy);
    }

    /** The figure's value; {@code NaN} if it could not be measured. */
    double of(Figure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }

    boolean has(Figure figure) {
        return figures.containsKey(figure);
    }
}
