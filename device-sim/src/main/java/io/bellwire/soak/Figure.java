package io.bellwire.soak;

import java.util.Locale;

/** What is measured of a server, and how much more of it is no growth. */
enum Figure {
    CPU("server CPU", "% of a core"),
    HEAP("heap after collection", "MB"),
    /** Only at the end of a phase, when a collection is asked for. */
    LIVE_HEAP("live heap", "MB", 0.10, 8),
    /**
     * How much heap the JVM holds on to is a matter of its policy, within the bound that it is given: so phases are compared
     * by what is left after a collection.
     */
    RESIDENT("resident memory", "MB", 0.15, 24),
    /** Resident, but for what lies in the heap. */
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
    /** How long ago anything was written to the oldest segment that is still there and full. */
    OLDEST_SEGMENT("oldest segment", "s old"),
    ACKNOWLEDGED_P50("due to acknowledged, p50", "ms"),
    ACKNOWLEDGED_P99("due to acknowledged, p99", "ms"),
    APPLIED_P50("due to applied, p50", "ms"),
    APPLIED_P99("due to applied, p99", "ms"),
    /** In the time since the sample before, not counting those that a kill or restart explains. */
    FAILED_WRITES("failed writes", ""),
    ORDERS("orders acknowledged", ""),
    APPLIED("changes applied", ""),
    DEVICES("devices in touch", "");

    private final String label;
    private final String unit;
    private final double relative;
    private final double absolute;

    /** One whose growth is not judged, or by a rule of its own. */
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

    /** Whether phases are compared by the sample that was taken after a collection, and not by all that are settled. */
    boolean isComparedAfterCollection() {
        return this == LIVE_HEAP || this == RESIDENT;
    }

    boolean mustNotGrow() {
        return !Double.isNaN(relative);
    }

    /**
     * How much more than {@code before} is noise.
     *
     * @param widened how many times as much as in a run that is long enough for everything to be warm
     */
    double tolerance(double before, double widened) {
        return widened * (relative * Math.abs(before) + absolute);
    }

    /** As JSON names it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
