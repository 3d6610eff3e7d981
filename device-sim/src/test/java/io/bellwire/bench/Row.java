package io.bellwire.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One figure with its reference.
 *
 * @param value what was measured
 * @param reference the same, measured of the least that this machine has to do for it; NaN if there is none
 * @param ratio {@code value} to {@code reference}
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

    /** The same with one figure more. */
    Row with(String name, Object figure) {
        Map<String, Object> wider = new LinkedHashMap<>(more);
        wider.put(name, figure);
        return new Row(this.figure, value, unit, reference, ratio, goal, wider);
    }
}
