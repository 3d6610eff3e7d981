package io.bellwire.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RunQueueDelayTest {
    private final RunQueueDelay waits = new RunQueueDelay();

    @Test
    void neverGoesBack() {
        long last = 0;
        for (int i = 0; i < 1_000; i++) {
            long now = waits.getAsLong();
            assertTrue(now >= last, now + " after " + last);
            last = now;
        }
    }

    @Test
    void moreThreadsThanProcessorsWait() throws Exception {
        Path file = Path.of("/proc/thread-self/schedstat");
        assumeTrue(Files.isReadable(file) && !Files.readString(file).startsWith("0 0 0"), "nobody counts here");
        AtomicLong waited = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(new Thread(() -> {
                // until one has waited: all of them compute meanwhile, each more than one processor can do at a time
                while (waited.get() == 0) {
                    waited.addAndGet(waits.getAsLong());
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(waited.get() > 0);
    }
}
