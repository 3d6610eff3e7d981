package io.bellwire.factor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bellwire.log.FeedId;
import io.bellwire.runtime.Stopwatch;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CodeAttemptsTest {
    private static final FeedId BAKERY = FeedId.ofPartner("bakery");
    private static final FeedId KIOSK = FeedId.ofPartner("kiosk");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7);
    private final CodeAttempts attempts = new CodeAttempts(new Stopwatch(nanos::get));

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void failInARow(int times) {
        for (int i = 0; i < times; i++) {
            assertEquals(Duration.ZERO, attempts.begin(BAKERY), "attempt " + i);
        }
    }

    @Test
    void waitsAfterFiveWrongCodesAndTwiceAsLongEachTimeUpToAQuarterOfAnHour() {
        failInARow(5);

        for (int seconds : new int[] {30, 60, 120, 240, 480, 900, 900, 900}) {
            assertEquals(Duration.ofSeconds(seconds), attempts.begin(BAKERY));
            advance(Duration.ofSeconds(seconds).minusNanos(1));
            assertEquals(Duration.ofNanos(1), attempts.begin(BAKERY), "an attempt while it waits makes it no longer");
            advance(Duration.ofNanos(1));
            failInARow(1);
        }
    }

    @Test
    void rightCodeForgivesTheWrongOnes() {
        failInARow(4);
        attempts.passed(BAKERY);

        failInARow(5);

        assertEquals(Duration.ofSeconds(30), attempts.begin(BAKERY));
    }

    @Test
    void accountsDoNotWaitForEachOther() {
        failInARow(5);

        assertEquals(Duration.ZERO, attempts.begin(KIOSK));
        assertFalse(attempts.begin(BAKERY).isZero());
    }

    @Test
    void anHourWithoutAnAttemptForgivesThemToo() {
        failInARow(5);
        advance(CodeAttempts.FORGOTTEN_AFTER);

        failInARow(5);
    }
}
