package io.bellwire.runtime;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimerThreadTest {
    private final TimerThread timer = new TimerThread("test-timer");

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void whatIsCalledOffIsForgottenAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            Future<?> end = timer.schedule(() -> {}, 1, TimeUnit.HOURS);
            end.cancel(false);
        }

        assertEquals(0, timer.size());
    }

    @Test
    void whatIsRepeatedGoesOnWhateverItThrows() {
        AtomicInteger times = new AtomicInteger();

        Future<?> repeated = timer.scheduleWithFixedDelay(
                () -> {
                    times.incrementAndGet();
                    throw new StackOverflowError("as deep as it goes");
                },
                0,
                1,
                TimeUnit.MILLISECONDS);

        await().until(() -> times.get() > 3);
        assertFalse(repeated.isDone());
    }
}
