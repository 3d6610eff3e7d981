package io.bellwire.soak;

import java.util.Locale;

/** The figures that are measured, and how much more of each counts as noise and not as growth. */
enum Figure {
    CPU("server CPU", "% of a core"),
    HEAP("heap after collection", "MB"),
    /** Measured only at the end of a phase, after a requested collection. */
    LIVE_HEAP("live heap", "MB", 0.10, 8),
    /**
     * The JVM's policy decides how much heap it keeps, within its bound: therefore phases are compared by what is left
     * after a collection.
     */
    RESIDENT("resident memory", "MB", 0.15, 24),
    /** Resident memory without the heap. */
    OUTSIDE_HEAP("resident outside the heap", "MB", 0.10, 16),
    DIRECT("direct memory", "MB", 0.10, 8),
    METASPACE("metaspace", "MB", 0.05, 3),
    THREADS("threads", "", 0.05, 3),
    DESCRIPTORS("file descriptors", "", 0.05, 10),
    TIMERS("timers", "", 0.10, 15),
    HTTP_CONNECTIONS("HTTP connections", "", 0.10, 10),
    MQTT_CONNECTIONS("MQTT connections", "", 0.05, 1),
    STREAMS("streams", "", 0.05, 1),
    LOG_DISK("log on disk", "MB"),
    OTHER_DISK("other files on disk", "MB"),
    /** How long ago the oldest full segment was last written to. */
    OLDEST_SEGMENT("oldest segment", "s old"),
    ACKNOWLEDGED_P50("due to acknowledged, p50", "ms"),
    ACKNOWLEDGED_P99("due to acknowledged, p99", "ms"),
    APPLIED_P50("due to applied, p50", "ms"),
    APPLIED_P99("due to applied, p99", "ms"),
    /** Failures since the previous sample, without those that a kill or restart excuses. */
    FAILED_WRITES("failed writes", ""),
    ORDERS("orders acknowledged", ""),
    APPLIED("changes applied", ""),
    DEVICES("devices in touch", ""),
    /** Attempts of calls to endpoints by this process, whatever became of them. */
    CALLS("calls", ""),
    /** Those that were answered with another status than 2xx, or not at all; each is made again. */
    FAILED_CALLS("failed calls", ""),
    /** Attempts that the server remembers. */
    ATTEMPTS("attempts kept", "");

    private final String label;
    private final String unit;
    private final double relative;
    private final double absolute;

    /** A figure whose growth is not checked, or by a rule of its own. */
    Figure(String label, String unit) {
        this(label, unit, Double.NaN, Double.NaN);
    }

    Figure(String label, String unit, double relative, double absolute) {
        this.label = label;
        this.unit = unit;
        this.relative = relative;
        this.absolute = absolute;
    }

    String label() {
        return label;
    }

    String unit() {
        return unit;
    }

    /** Whether phases are compared by the one sample after a collection, and not by all steady samples. */
    boolean isComparedAfterCollection() {
        return this == LIVE_HEAP || this == RESIDENT;
    }

    boolean mustNotGrow() {
        return !Double.isNaN(relative);
    }

    /**
     * How much more than {@code before} counts as noise.
     *
     * @param toleranceFactor factor for runs that are too short for everything to be warm; 1 for a long run
     */
    double tolerance(double before, double toleranceFactor) {
        return toleranceFactor * (relative * Math.abs(before) + absolute);
    }

    /** The member's name in JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
