package io.bellwire.bridge;

import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs failures that must not stop the bridge. Thread-safe. */
final class BridgeFaults {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    private final BridgeMeters meters;
    private final RateLimitedLog log;

    BridgeFaults(BridgeMeters meters, Stopwatch stopwatch) {
        this.meters = meters;
        this.log = new RateLimitedLog(LOG, stopwatch);
    }

    /** A defect of this program or of a channel. */
    void report(String what, Throwable why) {
        meters.faults.increment();
        log.warn(what, why);
    }

    /** A failure outside of the bridge, which is not counted as its fault. */
    void warn(String what, Throwable why) {
        log.warn(what, why);
    }
}
