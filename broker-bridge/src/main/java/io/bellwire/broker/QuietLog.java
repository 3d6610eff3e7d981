package io.bellwire.broker;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Warns at most once a second and says how often it kept silent in between, so that whoever causes errors at will cannot
 * fill the disk. Thread-safe.
 */
final class QuietLog {
    private static final long PAUSE_MILLIS = 1000;

    private final Logger log;
    private final Clock clock;
    private final AtomicLong nextMillis = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger silent = new AtomicInteger();

    QuietLog(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    void warn(String what, @Nullable Throwable cause) {
        long now = clock.millis();
        long next = nextMillis.get();
        if (now < next || !nextMillis.compareAndSet(next, now + PAUSE_MILLIS)) {
            silent.incrementAndGet();
            return;
        }
        log.warn("{} ({} more since the last warning)", what, silent.getAndSet(0), cause);
    }
}
