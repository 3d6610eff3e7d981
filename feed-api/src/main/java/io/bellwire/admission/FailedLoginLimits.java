package io.bellwire.admission;

import java.time.Duration;

/**
 * How many logins may fail before a client has to wait. Immutable; the constructor throws {@link
 * IllegalArgumentException} that names the option.
 *
 * @param perAddress how many logins of one address may fail before its unknown clients have to wait; {@link
 *     TokenBucket#UNLIMITED} for no limit at all
 * @param waitMax the longest wait, 1 s to 10 min; the first one is a second, and each further one twice as long
 */
public record FailedLoginLimits(TokenBucket perAddress, Duration waitMax) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /**
     * 100 at once: a site whose devices were all given wrong secrets does not lock itself out for long. One a second
     * after that: 60 such devices that try again once a minute, as the backoff of a device is, are not limited at all.
     */
    public static final FailedLoginLimits DEFAULT =
            new FailedLoginLimits(new TokenBucket(1, 100), Duration.ofMinutes(1));

    /** No login has to wait. */
    public static final FailedLoginLimits UNLIMITED =
            new FailedLoginLimits(TokenBucket.UNLIMITED, Duration.ofMinutes(1));

    public FailedLoginLimits {
        if (waitMax.compareTo(SHORTEST) < 0 || waitMax.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the longest wait after failed logins must be 1 s to 10 min, is " + waitMax);
        }
    }
}
