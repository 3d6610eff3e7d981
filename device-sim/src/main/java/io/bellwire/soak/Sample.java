package io.bellwire.soak;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What was measured at one moment. Immutable.
 *
 * @param seconds since the run began
 * @param phase index of the phase in the plan, from 0
 * @param life number of the server's process, from 1: each kill or restart begins the next one
 * @param settled whether the phase had been going on for long enough that what came before it is over
 * @param figures those that could be had
 */
record Sample(double seconds, int phase, int life, boolean settled, Map<Figure, Double> figures) {
    Sample {
        EnumMap<Figure, Double> copy = new EnumMap<>(Figure.class);
        copy.putAll(figures);
        figures = Collections.unmodifiableMap(copy);
    }

    /** {@code NaN} if it could not be had. */
    double of(Figure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }

    boolean has(Figure figure) {
        return figures.containsKey(figure);
    }
}
