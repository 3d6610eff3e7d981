package io.bellwire.device;

/**
 * The interval at which a device that receives signals fetches without one, give or take a fifth. It begins with {@code
 * startMillis}. Polls that find changes which no signal announced shorten it down to {@code minMillis}; polls that find
 * nothing lengthen it up to {@code maxMillis}. Immutable.
 */
public record SafetyPolls(long startMillis, long minMillis, long maxMillis) {
    /** For a device in the field: ten minutes at first, one minute if signals get lost, an hour if none do. */
    public static final SafetyPolls STANDARD = new SafetyPolls(600_000, 60_000, 3_600_000);

    public SafetyPolls {
        if (minMillis < 1_000 || startMillis < minMillis || maxMillis < startMillis) {
            throw new IllegalArgumentException("safety polls must have 1000 <= min <= start <= max, are " + minMillis
                    + ", " + startMillis + ", " + maxMillis + " ms");
        }
    }

    /** An interval that stays the same. */
    public static SafetyPolls every(long millis) {
        return new SafetyPolls(millis, millis, millis);
    }
}
