package io.bellwire.broker;

import io.bellwire.log.Stopwatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Warns at most once a second and says how often it kept silent in between, so that whoever causes errors at will cannot
 * fill the disk. Thread-safe.
 */
final class QuietLog {
    private static final long PAUSE_MILLIS = 1_000;

    private final Logger log;
    private final Stopwatch elapsed;
    private final AtomicLong nextMillis = new AtomicLong();
    private final AtomicInteger silent = new AtomicInteger();

    QuietLog(Logger log, Stopwatch elapsed) {
        this.log = log;
        this.elapsed = elapsed;
    }

    void warn(String what, @Nullable Throwable cause) {
        long now = elapsed.millis();
        long next = nextMillis.get();
        if (now < next || !nextMillis.compareAndSet(next, now + PAUSE_MILLIS)) {
            silent.incrementAndGet();
            return;
        }
        log.warn("{} ({} more since the last warning)", what, silent.getAndSet(0), cause);
    }
}
