package io.bellwire.fleet;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** A histogram of durations, exact to a tenth of a percent. Thread-safe. */
final class Latencies {
    private static final long MICROS_MAX = TimeUnit.HOURS.toMicros(24);

    private final Histogram micros = new ConcurrentHistogram(MICROS_MAX, 3);

    void record(long nanos) {
        micros.recordValue(Math.min(MICROS_MAX, Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos))));
    }

    /** Quantiles in milliseconds; all 0 if nothing was recorded. */
    Report.Quantiles quantiles() {
        return micros.getTotalCount() == 0
                ? new Report.Quantiles(0, 0, 0)
                : new Report.Quantiles(
                        micros.getValueAtPercentile(50) / 1_000.0,
                        micros.getValueAtPercentile(99) / 1_000.0,
                        micros.getMaxValue() / 1_000.0);
    }
}
