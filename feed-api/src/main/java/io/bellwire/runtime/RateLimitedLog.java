package io.bellwire.runtime;

import org.slf4j.Logger;

/**
 * Lets one warning through every ten seconds and counts the others, so that neither a fault of many devices nor a
 * client that causes errors at will can fill the disk. Thread-safe.
 */
public final class RateLimitedLog {
    private static final long INTERVAL_MILLIS = 10_000;

    private final Logger log;
    private final Stopwatch elapsed;
    private long nextMillis;
    private long heldBack;

    public RateLimitedLog(Logger log, Stopwatch elapsed) {
        this.log = log;
        this.elapsed = elapsed;
    }

    /** A fault outside of this program, such as a database that is down: one line; the stack trace only at level DEBUG. */
    public synchronized void warn(String what, Throwable cause) {
        if (isDue()) {
            log.debug(what, cause);
            log.warn("{}: {} ({} more since the last warning)", what, cause.toString(), heldBack);
            heldBack = 0;
        }
    }

    /** A fault of this program: with its stack trace. */
    public synchronized void error(String what, Throwable cause) {
        if (isDue()) {
            log.error("{} ({} more since the last warning)", what, heldBack, cause);
            heldBack = 0;
        }
    }

    private boolean isDue() {
        long now = elapsed.millis();
        if (now < nextMillis) {
            heldBack++;
            return false;
        }
        nextMillis = now + INTERVAL_MILLIS;
        return true;
    }
}
