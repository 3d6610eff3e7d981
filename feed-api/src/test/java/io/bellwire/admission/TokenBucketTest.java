package io.bellwire.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {
    private static final TokenBucket TEN_A_SECOND = new TokenBucket(10, 5);
    private static final long START = 1_000_000_000;

    /** What is left to wait when this many are taken at once. */
    private static TokenBucket.Taken take(int count, long state, long nowMicros) {
        TokenBucket.Taken taken = new TokenBucket.Taken(state, 0);
        for (int i = 0; i < count; i++) {
            taken = TEN_A_SECOND.take(taken.state(), nowMicros);
        }
        return taken;
    }

    @Test
    void fullBucketGivesItsBurstAndThenOneAtATime() {
        TokenBucket.Taken burst = take(5, 0, START);
        TokenBucket.Taken over = take(1, burst.state(), START);

        assertEquals(0, burst.waitMicros());
        assertEquals(100_000, over.waitMicros());
        assertEquals(50_000, take(1, over.state(), START + 50_000).waitMicros(), "what was refused took no token");
        assertEquals(0, take(1, over.state(), START + 100_000).waitMicros());
        assertEquals(100_000, take(2, over.state(), START + 100_000).waitMicros());
    }

    @ParameterizedTest
    @CsvSource({"99999, 0", "100000, 1", "250000, 2", "500000, 5", "3600000000, 5"})
    void emptyBucketFillsEvenlyAndNotOver(long micros, int tokens) {
        long empty = take(5, 0, START).state();

        assertEquals(0, tokens == 0 ? 0 : take(tokens, empty, START + micros).waitMicros());
        assertEquals(true, take(tokens + 1, empty, START + micros).waitMicros() > 0);
    }

    @Test
    void clockThatIsSetBackLocksNobodyOut() {
        long empty = take(5, 0, START).state();

        assertEquals(100_000, take(1, empty, START - 900_000_000).waitMicros());
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TokenBucket(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new TokenBucket(1_000_001, 1));
        assertThrows(IllegalArgumentException.class, () -> new TokenBucket(1, 0));
    }
}
