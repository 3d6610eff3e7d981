package io.bellwire.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * For how many nanoseconds the calling thread, all told, has been ready to run while others had the processors. Linux counts
 * it ({@code Documentation/scheduler/sched-stats.rst}); where nobody does, it is always 0. Thread-safe.
 */
public final class RunQueueDelay implements LongSupplier {
    private static final Path FILE = Path.of("/proc/thread-self/schedstat");
    /** Three numbers of at most 20 digits. */
    private static final int BYTES_MAX = 64;

    /** Kept open, which makes asking cheap; closed by the collector after the thread's end. */
    private final ThreadLocal<Counter> counters = ThreadLocal.withInitial(Counter::new);

    @Override
    public long getAsLong() {
        return counters.get().nanos();
    }

    private static final class Counter {
        private final ByteBuffer text = ByteBuffer.allocateDirect(BYTES_MAX);
        private final @Nullable FileChannel file = open();

        /** Of the form {@code RUNNING WAITING SLICES}. */
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
                return null; // not Linux, or one that does not count
            }
        }
    }
}
