package io.bellwire.soak;

import java.util.Arrays;
import java.util.List;

/** Statistics that a few outliers do not change. */
final class RobustStatistics {
    private RobustStatistics() {}

    /** {@code NaN} of no values. */
    static double median(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The Theil-Sen slope: the median of the slopes between any two points; 0 with fewer than two points. */
    static double slope(double[] x, double[] y) {
        int pairs = x.length * (x.length - 1) / 2;
        double[] slopes = new double[pairs];
        int n = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = i + 1; j < x.length; j++) {
                slopes[n++] = (y[j] - y[i]) / (x[j] - x[i]);
            }
        }
        return pairs == 0 ? 0 : median(slopes);
    }
}
