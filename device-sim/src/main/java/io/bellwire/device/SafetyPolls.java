package io.bellwire.device;

/**
 * How often a device that has signals polls without one, give or take a fifth. It begins with {@code startMillis}, and
 * goes towards {@code minMillis} when such polls find what no signal had announced, towards {@code maxMillis} when they
 * do not. Immutable.
 */
public record SafetyPolls(long startMillis, long minMillis, long maxMillis) {
    /** For a device in the field: every ten minutes at first, each minute on a bad line, each hour on a good one. */
    public static final SafetyPolls STANDARD = new SafetyPolls(600_000, 60_000, 3_600_000);

    public SafetyPolls {
        if (minMillis < 1_000 || startMillis < minMillis || maxMillis < startMillis) {
            throw new IllegalArgumentException("safety polls must have 1000 <= min <= start <= max, are " + minMillis
                    + ", " + startMillis + ", " + maxMillis + " ms");
        }
    }

    /** Always the same. */
    public static SafetyPolls every(long millis) {
        return new SafetyPolls(millis, millis, millis);
    }
}
