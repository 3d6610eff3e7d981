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
    private final RunQueueDelay delay = new RunQueueDelay();

    @Test
    void neverGoesBack() {
        long last = 0;
        for (int i = 0; i < 1_000; i++) {
            long now = delay.getAsLong();
            assertTrue(now >= last, now + " after " + last);
            last = now;
        }
    }

    @Test
    void moreThreadsThanProcessorsWait() throws Exception {
        Path file = Path.of("/proc/thread-self/schedstat");
        assumeTrue(Files.isReadable(file) && !Files.readString(file).startsWith("0 0 0"), "this kernel does not count");
        AtomicLong waited = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            threads.add(new Thread(() -> {
                // all threads compute until one of them has waited, more threads than there are processors
                while (waited.get() == 0) {
                    waited.addAndGet(delay.getAsLong());
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
