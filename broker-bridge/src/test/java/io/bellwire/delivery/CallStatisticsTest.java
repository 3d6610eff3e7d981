package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is known of the attempts of the last hour. */
class CallStatisticsTest {
    private final CallStatistics statistics = new CallStatistics();

    private static long minutes(long minutes) {
        return Duration.ofMinutes(minutes).toNanos();
    }

    @Test
    void attemptsAreForgottenAfterAnHour() {
        statistics.record(true, Duration.ofMillis(5), minutes(1_000));
        statistics.record(false, Duration.ofMillis(5), minutes(1_000));
        statistics.record(false, Duration.ofMillis(5), minutes(1_030));
        assertEquals(3, statistics.attempts(minutes(1_059)));
        assertEquals(2, statistics.failures(minutes(1_059)));

        assertEquals(1, statistics.attempts(minutes(1_060)));
        assertEquals(1, statistics.failures(minutes(1_060)));
        for (int minute = 2_000; minute < 2_060; minute++) {
            statistics.record(false, Duration.ofMillis(5), minutes(minute));
        }
        assertEquals(60, statistics.failures(minutes(2_059)));
        assertEquals(0, statistics.attempts(minutes(1_000_000)));
        assertEquals(0, statistics.failures(minutes(1_000_000)));
    }

    @Test
    void percentilesAreThoseOfTheLatestAttempts() {
        assertEquals(Duration.ZERO, statistics.percentile(0.5));
        for (int i = 0; i < 100; i++) {
            statistics.record(true, Duration.ofMillis(i < 90 ? 10 : 1_000), minutes(1));
        }
        assertWithin(statistics.percentile(0.5), 10);
        assertWithin(statistics.percentile(0.99), 1_000);

        // the receiver has become fast: what was slow fades
        for (int i = 0; i < 10_000; i++) {
            statistics.record(true, Duration.ofMillis(10), minutes(2));
        }
        assertWithin(statistics.percentile(0.99), 10);
        statistics.record(true, Duration.ofHours(1), minutes(2));
        assertTrue(statistics.percentile(1).compareTo(Duration.ofSeconds(30)) > 0);
    }

    private static void assertWithin(Duration shown, long millis) {
        assertTrue(shown.toMillis() >= millis && shown.toMillis() <= millis * 3 / 2, "shown " + shown);
    }
}
