package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Tasks of one device run in order, whatever happens to the threads that it shares with others. */
class SerialExecutorTest {
    private final ManualTimers timers = new ManualTimers();
    private final Queue<Runnable> shared = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();

    private SerialExecutor on(Executor threads) {
        return new SerialExecutor(threads, timers);
    }

    private Runnable task(String name) {
        return () -> done.add(name);
    }

    @Test
    void nextTaskBeginsAgainAfterAnErrorOfMemory() {
        SerialExecutor serial = on(shared::add);
        serial.execute(() -> {
            throw new OutOfMemoryError("test");
        });
        serial.execute(task("first"));
        assertThrows(OutOfMemoryError.class, () -> shared.remove().run());

        serial.execute(task("second"));
        shared.remove().run();
        assertEquals(List.of("first", "second"), done);
    }

    @Test
    void nextTaskBeginsAgainAfterTheExecutorHasThrown() {
        int[] failures = {1};
        SerialExecutor serial = on(task -> {
            if (failures[0]-- > 0) {
                throw new IllegalStateException("bug");
            }
            shared.add(task);
        });
        assertThrows(IllegalStateException.class, () -> serial.execute(task("first")));

        serial.execute(task("second"));
        shared.remove().run();
        assertEquals(List.of("first", "second"), done);
    }

    @Test
    void tasksForAnExecutorThatIsShutDownAreDropped() {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        pool.shutdown();
        SerialExecutor serial = on(pool);
        serial.execute(task("dropped"));
        timers.advance(SerialExecutor.RETRY_MILLIS);
        serial.execute(task("dropped too"));
        assertEquals(0, timers.waiting());
        assertEquals(List.of(), done);
    }

    @Test
    void tasksForAnExecutorThatIsFullAreOfferedAgainAfterASecond() {
        int[] rejections = {1};
        SerialExecutor serial = on(task -> {
            if (rejections[0]-- > 0) {
                throw new RejectedExecutionException("full");
            }
            shared.add(task);
        });
        serial.execute(task("first"));
        serial.execute(task("second"));
        timers.advance(SerialExecutor.RETRY_MILLIS - 1);
        assertEquals(0, shared.size());
        timers.advance(1);
        shared.remove().run();
        assertEquals(List.of("first", "second"), done);
    }
}
