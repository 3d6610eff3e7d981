package io.bellwire.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "120 | 120",
                " 7 | 7",
                "86400 | 86400",
                "86401 | 86400",
                "999999999999999999 | 86400",
                "Sun, 22 Nov 2026 10:02:00 GMT | 120",
                "Sun, 22 Nov 2026 09:00:00 GMT | 0",
                "Tue, 22 Nov 2050 09:00:00 GMT | 86400"
            })
    void secondsAndDatesAreATimeToWait(String value, long seconds) {
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), RetryAfter.parse(value, NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-1", "1.5", "soon", "99999999999999999999", "Mon, 22 Nov 2026 10:02:00 GMT", "2026-11-22"})
    void malformedValueIsNone(String value) {
        assertEquals(Optional.empty(), RetryAfter.parse(value, NOW));
    }

    @Test
    void noHeaderIsNone() {
        assertEquals(Optional.empty(), RetryAfter.parse(null, NOW));
    }
}
