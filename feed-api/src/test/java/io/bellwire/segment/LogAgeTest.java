package io.bellwire.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Retention goes by the log's age: it must not run ahead of time, or changes are deleted too early. */
class LogAgeTest {
    private static final long START_MILLIS = 1_000_000;

    private long passedMillis;
    private final LogAge age = new LogAge(0, START_MILLIS, () -> TimeUnit.MILLISECONDS.toNanos(passedMillis));

    @Test
    void writesThatAnnounceOlderTimesBetweenNewerOnesDoNotMakeTheLogOlder() {
        for (int i = 0; i < 100; i++) {
            passedMillis += 10;
            age.at(START_MILLIS + passedMillis);
            age.at(START_MILLIS + passedMillis - 300);
        }

        assertEquals(passedMillis, age.at(START_MILLIS + passedMillis));
    }

    @Test
    void retentionThatGoesOnWithTheTimeOfItsBeginningMakesTheLogNoOlderThanASecondMoreThanItIs() {
        for (int i = 0; i < 100; i++) {
            passedMillis += 100;
            age.at(START_MILLIS + passedMillis);
            age.at(START_MILLIS);
        }

        long found = age.at(START_MILLIS + passedMillis);

        assertTrue(found <= passedMillis + 1_000, () -> found + " ms after " + passedMillis);
    }

    @Test
    void clockThatIsSetBackOrForwardsHoldsUpTheAgeByNoMoreThanTheStep() {
        passedMillis = 5_000;
        assertEquals(5_000, age.at(START_MILLIS + 5_000));

        age.at(START_MILLIS - 60_000);
        passedMillis = 9_000;

        assertEquals(9_000, age.at(START_MILLIS - 56_000));
    }
}
