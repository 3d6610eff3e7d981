package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Limits are allowed, and nothing beyond them. */
class BridgeOptionsTest {
    private static final Duration NANO = Duration.ofNanos(1);
    private static final ReminderBackoff REMINDERS = BridgeOptions.DEFAULT.reminders();

    private static Executable options(Duration window, Duration answerTimeout, int lookUpFeedsMax) {
        return () -> new BridgeOptions(window, REMINDERS, answerTimeout, lookUpFeedsMax);
    }

    private static void refused(Executable made) {
        assertThrows(IllegalArgumentException.class, made);
    }

    @Test
    void timesAndCountsHaveLimits() {
        Duration minute = Duration.ofMinutes(1);
        Duration day = Duration.ofDays(1);
        assertDoesNotThrow(options(Duration.ZERO, NANO, 1));
        assertDoesNotThrow(options(minute, day, 1));
        refused(options(NANO.negated(), minute, 1));
        refused(options(minute.plus(NANO), minute, 1));
        refused(options(minute, Duration.ZERO, 1));
        refused(options(minute, NANO.negated(), 1));
        refused(options(minute, day.plus(NANO), 1));
        refused(options(minute, minute, 0));
    }

    @Test
    void messagesAndSpreadHaveLimits() {
        Duration tenMinutes = Duration.ofMinutes(10);
        assertEquals(128, BridgeOptions.DEFAULT.withBytesMax(128).bytesMax());
        assertEquals(16_384, BridgeOptions.DEFAULT.withBytesMax(16_384).bytesMax());
        refused(() -> BridgeOptions.DEFAULT.withBytesMax(127));
        refused(() -> BridgeOptions.DEFAULT.withBytesMax(16_385));
        assertEquals(
                Duration.ZERO,
                BridgeOptions.DEFAULT.withSpreadMax(Duration.ZERO).spreadMax());
        assertEquals(tenMinutes, BridgeOptions.DEFAULT.withSpreadMax(tenMinutes).spreadMax());
        refused(() -> BridgeOptions.DEFAULT.withSpreadMax(NANO.negated()));
        refused(() -> BridgeOptions.DEFAULT.withSpreadMax(tenMinutes.plus(NANO)));
    }

    @Test
    void backoffHasLimits() {
        Duration day = Duration.ofDays(1);
        assertDoesNotThrow(() -> new ReminderBackoff(NANO, NANO));
        assertDoesNotThrow(() -> new ReminderBackoff(day, day));
        refused(() -> new ReminderBackoff(Duration.ZERO, day));
        refused(() -> new ReminderBackoff(NANO.negated(), day));
        refused(() -> new ReminderBackoff(NANO, Duration.ZERO));
        refused(() -> new ReminderBackoff(NANO, day.plus(NANO)));
    }
}
