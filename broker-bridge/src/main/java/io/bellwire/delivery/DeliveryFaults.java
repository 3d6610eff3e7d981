package io.bellwire.delivery;

import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs failures that must not stop deliveries. Thread-safe. */
final class DeliveryFaults {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private final DeliveryMeters meters;
    private final RateLimitedLog log;

    DeliveryFaults(DeliveryMeters meters, Stopwatch stopwatch) {
        this.meters = meters;
        this.log = new RateLimitedLog(LOG, stopwatch);
    }

    /** A defect of this program. */
    void report(String what, Throwable why) {
        meters.faults.increment();
        log.error(what, why);
    }

    /** A failure outside of deliveries, which is not counted as their fault. */
    void warn(String what, Throwable why) {
        log.warn(what, why);
    }
}
