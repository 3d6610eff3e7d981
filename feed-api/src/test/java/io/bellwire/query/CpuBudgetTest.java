package io.bellwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuBudgetTest {
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.2, 0.5, 0.99, 1})
    void workIsItsShareOfWorkAndRest(double share) {
        for (long work : new long[] {1_000, 1_000_000, 7_000_000_000L}) {
            long rest = new CpuBudget(share).restNanos(work);

            assertEquals(share, (double) work / (work + rest), 0.001);
        }
    }

    @Test
    void clockThatGoesBackMakesNoRest() {
        assertEquals(0, new CpuBudget(0.2).restNanos(-5));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
    void shareThatCannotBeIsRefused(double share) {
        assertThrows(IllegalArgumentException.class, () -> new CpuBudget(share));
        assertThrows(IllegalArgumentException.class, () -> new QueryOptions(true, share));
    }
}
