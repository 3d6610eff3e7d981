package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
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

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WriteQueue queue =
            new WriteQueue(new LogLimits(WRITES_MAX, BYTES_MAX, 100, 0, 1, 1, 16 << 20), meters);

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

    private List<PendingWrite<?>> take(WriteQueue from) throws InterruptedException {
        List<PendingWrite<?>> taken = new ArrayList<>();
        BatchNeeds unused = from.take(taken, 0);
        return taken;
    }

    @Test
    void writeThatFillsTheQueueIsTakenAndItsBytesAreGivenBack() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            assertFalse(submit("", BYTES_MAX).isDone());
            assertInstanceOf(OverloadedException.class, failure(submit("", 1)));
            assertEquals(1, take(queue).size());
        }
    }

    @Test
    void refusedWritesAreMeasuredWhetherTheQueueIsFullOrOnlyTheShareOfTheCaller() {
        assertFalse(submit("devices/grill", BYTES_MAX / 2).isDone());
        assertInstanceOf(OverloadedException.class, failure(submit("devices/grill", 1)));
        assertEquals(1, meters.get("bellwire.log.writes.refused").counter().count());

        assertFalse(submit("", BYTES_MAX / 2).isDone());
        assertInstanceOf(OverloadedException.class, failure(submit("", 1)));
        assertEquals(2, meters.get("bellwire.log.writes.refused").counter().count());
    }

    @Test
    void waitingWritesAreMeasured() throws InterruptedException {
        assertFalse(submit("", 1).isDone());
        assertFalse(submit("devices/grill", 1).isDone());
        assertEquals(2, meters.get("bellwire.log.queued.writes").gauge().value());

        assertEquals(2, take(queue).size());

        assertEquals(0, meters.get("bellwire.log.queued.writes").gauge().value());
    }

    @Test
    void writeThatIsTakenFreesItsOwnPartOfItsCallersShareAndNoMore() throws InterruptedException {
        WriteQueue oneByOne =
                new WriteQueue(new LogLimits(WRITES_MAX, BYTES_MAX, 1, 0, 1, 1, 16 << 20), new SimpleMeterRegistry());
        for (int i = 0; i < 5; i++) {
            for (int j = i == 0 ? 0 : 1; j < 2; j++) {
                assertFalse(oneByOne.submit(new Nothing(BYTES_MAX / 8), Runnable::run, "devices/grill")
                        .isDone());
            }
            assertInstanceOf(
                    OverloadedException.class,
                    failure(oneByOne.submit(new Nothing(1), Runnable::run, "devices/grill")));
            assertEquals(1, take(oneByOne).size());
        }
    }

    /** Each feed may be a database page in memory. */
    @Test
    void batchEndsOnceItHasMoreThanTenThousandFeeds() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            assertFalse(queue.submit(
                            new Write<Boolean>() {
                                @Override
                                public void declareNeeds(BatchNeeds needs) {
                                    for (int feed = 0; feed < 5_000; feed++) {
                                        needs.name(LogStoreFixture.GRILL);
                                    }
                                }

                                @Override
                                public int bytes() {
                                    return 1;
                                }

                                @Override
                                public Boolean decide(WriteBatch batch) {
                                    return true;
                                }
                            },
                            Runnable::run,
                            "")
                    .isDone());
        }

        assertEquals(3, take(queue).size());
        assertEquals(2, take(queue).size());
    }

    @Test
    void batchEndsOnceItHasMoreThanEightMebibytes() throws InterruptedException {
        WriteQueue large =
                new WriteQueue(new LogLimits(WRITES_MAX, 64 << 20, 100, 0, 1, 1, 16 << 20), new SimpleMeterRegistry());
        for (int i = 0; i < 5; i++) {
            assertFalse(large.submit(new Nothing(4 << 20), Runnable::run, "").isDone());
        }

        assertEquals(3, take(large).size());
        assertEquals(2, take(large).size());
    }

    @Test
    void closedQueueIsDrainedAndRefusesWhatComes() throws InterruptedException {
        assertFalse(queue.isClosing());
        CompletableFuture<Boolean> waiting = submit("devices/grill", 1);
        assertFalse(queue.isDrained());

        queue.close();

        assertTrue(queue.isClosing());
        assertFalse(queue.isDrained());
        assertInstanceOf(LogClosingException.class, failure(submit("devices/grill", 1)));
        List<PendingWrite<?>> taken = new ArrayList<>();
        BatchNeeds unused = queue.take(taken, Long.MAX_VALUE);
        assertSame(waiting, taken.get(0).result());
        BatchNeeds unusedAgain = queue.take(taken, Long.MAX_VALUE); // does not wait
        assertTrue(queue.isDrained());
    }

    @Test
    void writesThatWaitWhenTheWriterEndsAreRefused() {
        List<CompletableFuture<Boolean>> waiting = List.of(submit("devices/grill", 1), submit("", 1));

        queue.end();

        waiting.forEach(write -> assertInstanceOf(LogClosingException.class, failure(write)));
        assertInstanceOf(LogClosingException.class, failure(submit("", 1)));
        assertTrue(queue.isDrained());
    }
}
