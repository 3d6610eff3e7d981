package io.bellwire.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RobustStatisticsTest {
    @Test
    void medianIsTheMiddleOne() {
        assertEquals(3, RobustStatistics.median(1, 3, 900));
        assertEquals(2.5, RobustStatistics.median(3, 1, 2, 900));
        assertEquals(Double.NaN, RobustStatistics.median());
    }

    @Test
    void slopeIsThatOfTheLine() {
        assertEquals(2, RobustStatistics.slope(new double[] {0, 1, 2, 3}, new double[] {5, 7, 9, 11}));
        assertEquals(0, RobustStatistics.slope(new double[] {4}, new double[] {5}));
    }

    @Test
    void fewWildValuesDoNotMoveTheSlope() {
        double[] x = new double[40];
        double[] y = new double[40];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
            y[i] = i % 8 == 0 ? 1_000 * i : 100;
        }

        assertEquals(0, RobustStatistics.slope(x, y));
    }
}
