package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The queue of writes is shared: no caller fills it for the others. */
class WriteQueueTest {
    private static final int WRITES_MAX = 16;
    private static final int BYTES_MAX = 1_600;

    private final WriteQueue queue =
            new WriteQueue(new LogLimits(WRITES_MAX, BYTES_MAX, 100, 0, 1, 1, 16 << 20), new SimpleMeterRegistry());

    private record Nothing(int bytes) implements Write<Boolean> {
        @Override
        public void declareNeeds(BatchNeeds needs) {}

        @Override
        public Boolean decide(WriteBatch batch) {
            return true;
        }
    }

    private CompletableFuture<Boolean> submit(String caller, int bytes) {
        return queue.submit(new Nothing(bytes), Runnable::run, caller);
    }

    private static Throwable failure(CompletableFuture<Boolean> write) {
        return write.handle((done, failure) -> failure instanceof CompletionException ? failure.getCause() : failure)
                .join();
    }

    @Test
    void guarantee6CallerHoldsAQuarterOfTheQueueAndOthersFindTheirPlace() throws InterruptedException {
        for (int i = 0; i < WRITES_MAX / 4; i++) {
            assertFalse(submit("devices/grill", 1).isDone());
        }
        assertInstanceOf(OverloadedException.class, failure(submit("devices/grill", 1)));
        assertFalse(submit("devices/fryer", 1).isDone());
        assertFalse(submit("", 1).isDone());

        List<PendingWrite<?>> taken = new ArrayList<>();
        BatchNeeds unused = queue.take(taken, 0);

        assertEquals(WRITES_MAX / 4 + 2, taken.size());
        assertFalse(submit("devices/grill", 1).isDone(), "its share is free again");
    }

    @Test
    void guarantee6CallerHoldsAQuarterOfTheBytesButAlwaysOneWrite() {
        assertFalse(submit("devices/grill", BYTES_MAX / 2).isDone());
        assertInstanceOf(OverloadedException.class, failure(submit("devices/grill", 1)));
        assertFalse(submit("devices/fryer", BYTES_MAX / 4).isDone());
        assertInstanceOf(OverloadedException.class, failure(submit("devices/fryer", 1)));
        assertFalse(submit("devices/oven", 1).isDone());
    }

    @Test
    void refusedWriteLeavesNothingInTheShareOfItsCaller() {
        assertFalse(submit("devices/grill", BYTES_MAX - 1).isDone());
        for (int i = 0; i < WRITES_MAX; i++) {
            assertInstanceOf(OverloadedException.class, failure(submit("devices/fryer", 2)));
        }
        assertFalse(submit("devices/fryer", 1).isDone());
    }

    @Test
    void writeThatCouldNeverWaitIsTooLarge() {
        assertInstanceOf(WriteTooLargeException.class, failure(submit("devices/grill", BYTES_MAX + 1)));
        assertTrue(submit("devices/grill", 1).isCompletedExceptionally()
                || !submit("", 1).isDone());
    }
}
