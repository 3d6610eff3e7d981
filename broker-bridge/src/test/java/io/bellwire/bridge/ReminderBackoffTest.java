package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReminderBackoffTest {
    private static final ReminderBackoff BACKOFF = new ReminderBackoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 4", "5, 32", "6, 60", "7, 60", "1000, 60"})
    void delayDoublesUpToItsMaximumAndIsDrawnFromItsUpperHalf(int attempts, long wholeSeconds) {
        Random random = new Random(1);
        long wholeNanos = Duration.ofSeconds(wholeSeconds).toNanos();
        for (int i = 0; i < 100; i++) {
            long delayNanos = BACKOFF.delayNanos(attempts, random);
            assertTrue(delayNanos >= wholeNanos / 2 && delayNanos <= wholeNanos, "delay " + delayNanos);
        }
    }

    @Test
    void backoffThatShrinksOrIsZeroIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ReminderBackoff(Duration.ZERO, Duration.ofSeconds(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ReminderBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }
}
