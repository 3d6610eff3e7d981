package io.bellwire.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells for how many nanoseconds in total the calling thread has been ready to run and has waited for a processor.
 * Linux counts that time ({@code Documentation/scheduler/sched-stats.rst}); on other systems it is always 0.
 * Thread-safe.
 */
public final class RunQueueDelay implements LongSupplier {
    private static final Path FILE = Path.of("/proc/thread-self/schedstat");
    /** Three numbers of at most 20 digits. */
    private static final int BYTES_MAX = 64;

    /**
     * Holds each thread's file open, which makes a read cheap. The garbage collector closes it after the thread's end.
     */
    private final ThreadLocal<Counter> counters = ThreadLocal.withInitial(Counter::new);

    @Override
    public long getAsLong() {
        return counters.get().nanos();
    }

    private static final class Counter {
        private final ByteBuffer text = ByteBuffer.allocateDirect(BYTES_MAX);
        private final @Nullable FileChannel file = open();

        /** Reads the second number of {@code RUNNING WAITING SLICES}. */
        long nanos() {
            if (file == null) {
                return 0;
            }
            try {
                text.clear();
                file.read(text, 0);
            } catch (IOException e) {
                return 0;
            }
            text.flip();
            while (text.hasRemaining() && text.get() != ' ') {}
            long nanos = 0;
            while (text.hasRemaining()) {
                int digit = text.get() - '0';
                if (digit < 0 || digit > 9) {
                    break;
                }
                nanos = nanos * 10 + digit;
            }
            return nanos;
        }

        private static @Nullable FileChannel open() {
            try {
                return FileChannel.open(FILE);
            } catch (IOException | UnsupportedOperationException e) {
                return null; // not Linux, or a kernel that does not count
            }
        }
    }
}
