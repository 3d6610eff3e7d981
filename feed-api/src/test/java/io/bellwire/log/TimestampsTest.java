package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampsTest {
    private static final DateTimeFormatter BY_THE_BOOK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void timesAreWrittenWithMillisecondsAlways() {
        assertEquals("2026-11-21T20:22:45.000Z", Timestamps.format(Instant.parse("2026-11-21T20:22:45Z")));
        assertEquals("2026-11-21T20:22:45.007Z", Timestamps.format(Instant.parse("2026-11-21T20:22:45.007999Z")));
        assertEquals("1969-12-31T23:59:59.999Z", Timestamps.format(Instant.ofEpochMilli(-1)));
    }

    @Test
    void timesOfTheSameSecondAndOfOthersReadAsADateTimeFormatterWritesThem() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Instant time = Instant.ofEpochMilli(random.nextInt(3) * 86_400_000_000L + random.nextInt(2_000) - 1_000);
            assertEquals(BY_THE_BOOK.format(time), Timestamps.format(time));
        }
    }
}
