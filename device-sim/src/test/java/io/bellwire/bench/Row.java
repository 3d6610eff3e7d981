package io.bellwire.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One figure and its reference.
 *
 * @param value the measured value
 * @param reference the same figure of the smallest possible server; NaN if there is none
 * @param ratio {@code value} divided by {@code reference}
 * @param goal what the ratio or the value should reach, in words
 * @param more further figures
 */
record Row(
        String figure,
        double value,
        String unit,
        double reference,
        double ratio,
        String goal,
        Map<String, Object> more) {
    static Row of(String figure, double value, String unit, double reference, String goal, Map<String, Object> more) {
        return new Row(figure, value, unit, reference, value / reference, goal, more);
    }

    /** A copy with one more figure. */
    Row with(String name, Object figure) {
        Map<String, Object> wider = new LinkedHashMap<>(more);
        wider.put(name, figure);
        return new Row(this.figure, value, unit, reference, ratio, goal, wider);
    }
}
