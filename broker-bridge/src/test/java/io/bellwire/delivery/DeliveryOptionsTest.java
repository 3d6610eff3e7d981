package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryOptionsTest {
    private static final DeliveryOptions DEFAULT = DeliveryOptions.DEFAULT;

    private static DeliveryOptions options(List<Duration> retries, int pauseAfter, Duration remindersMax, long bytes) {
        return new DeliveryOptions(
                retries,
                pauseAfter,
                DEFAULT.failingAfter(),
                DEFAULT.newsSpacing(),
                DEFAULT.reminders(),
                remindersMax,
                bytes,
                DEFAULT.inFlightCallsMax(),
                DEFAULT.loadsMax(),
                DEFAULT.suspiciousAfter(),
                DEFAULT.signatureProbe());
    }

    @Test
    void scheduleIsThatOfStandardWebhooks() {
        assertEquals(
                List.of(5L, 300L, 1_800L, 7_200L, 18_000L, 36_000L, 50_400L, 72_000L, 86_400L),
                DEFAULT.retries().stream().map(Duration::toSeconds).toList());
    }

    @Test
    void optionsOutOfRangeAreRefusedByName() {
        List<Duration> retries = DEFAULT.retries();
        Duration max = DEFAULT.remindersMax();
        refused("retries", () -> options(List.of(), 5, max, 1 << 20));
        refused("a retry", () -> options(List.of(Duration.ZERO), 5, max, 1 << 20));
        refused("pause", () -> options(retries, 0, max, 1 << 20));
        refused("reminders at most", () -> options(retries, 5, Duration.ofMinutes(9), 1 << 20));
        refused("bytes", () -> options(retries, 5, max, (1 << 20) - 1));
    }

    @Test
    void watchOutOfRangeIsRefusedByName() {
        Duration hour = Duration.ofHours(1);
        refused("suspicious", () -> DEFAULT.withWatch(Duration.ZERO, hour));
        refused("suspicious", () -> DEFAULT.withWatch(Duration.ofDays(8), hour));
        refused("signature probes", () -> DEFAULT.withWatch(hour, Duration.ofSeconds(-1)));
        assertEquals(Duration.ZERO, DEFAULT.withWatch(hour, Duration.ZERO).signatureProbe());
    }

    private static void refused(String name, Runnable options) {
        String message =
                assertThrows(IllegalArgumentException.class, options::run).getMessage();
        assertTrue(message.contains(name), message);
    }
}
