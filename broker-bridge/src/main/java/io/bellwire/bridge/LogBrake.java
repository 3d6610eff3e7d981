package io.bellwire.bridge;

import org.slf4j.Logger;

/** Lets one warning through in a while and counts the others, so that a fault of many devices is not a flood. Thread-safe. */
final class LogBrake {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final Logger log;
    private long quietUntilNanos;
    private long held;

    LogBrake(Logger log) {
        this.log = log;
    }

    synchronized void warn(long nowNanos, String what, Throwable why) {
        if (nowNanos < quietUntilNanos) {
            held++;
            return;
        }
        quietUntilNanos = nowNanos + INTERVAL_NANOS;
        if (log.isDebugEnabled()) {
            log.debug(what, why);
        }
        log.warn("{}: {} (and {} like it since the last such line)", what, why.toString(), held);
        held = 0;
    }
}
