package io.bellwire.escalation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainEstimateTest {
    private static final Duration MIN = Duration.ofMinutes(1);
    private static final Duration LASTED = Duration.ofMinutes(7);

    private final DrainEstimate estimate = new DrainEstimate(100, 0);

    private Duration at(long head, long processed, Duration lasted, Duration since) {
        return estimate.at(
                EscalationFixture.paused(EscalationFixture.ACME, head, processed), lasted, MIN, since.toNanos());
    }

    @Test
    void feedThatDrainsIsReadyWhenItsRestIsProcessedAtTheRateSoFar() {
        // 50 in 100 s, 300 are left
        assertEquals(Duration.ofSeconds(600), at(450, 150, LASTED, Duration.ofSeconds(100)));
    }

    @Test
    void feedThatDoesNotDrainTakesAsLongAgainAsItHasTaken() {
        assertEquals(LASTED, at(450, 100, LASTED, Duration.ofSeconds(100)));
    }

    @Test
    void estimateIsBoundedToAnHourAndNotBeforeAnythingCanBeUndone() {
        assertEquals(DrainEstimate.MAX, at(1_000_000, 101, LASTED, Duration.ofSeconds(100)));
        assertEquals(DrainEstimate.MAX, at(450, 100, Duration.ofHours(9), Duration.ofSeconds(100)));
        assertEquals(MIN, at(450, 450, LASTED, Duration.ofSeconds(100)));
        assertEquals(MIN, at(450, 100, Duration.ZERO, Duration.ZERO));
    }
}
