package io.bellwire.presence;

import java.time.Duration;

/**
 * When it is told that devices come and go. Immutable; the constructor throws {@link IllegalArgumentException} that names
 * the option.
 *
 * @param grace how long a device must be away until it counts as disconnected; default 5 s
 * @param graceAfterStart the same for those that were connected when the server ended, counted from its start: they have
 *     to find out first; default 30 s
 * @param spacing how long after a device was told to be connected it may be told to be connected again; default 1 min
 * @param saveInterval how often it is written down when devices were last seen, and so how much of that may be lost when
 *     the server is killed; default 1 min
 */
public record PresenceOptions(Duration grace, Duration graceAfterStart, Duration spacing, Duration saveInterval) {
    private static final Duration LONGEST = Duration.ofHours(1);

    public static final PresenceOptions DEFAULT = new PresenceOptions(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(1));

    public PresenceOptions {
        range("grace", grace, Duration.ZERO);
        range("graceAfterStart", graceAfterStart, Duration.ZERO);
        range("spacing", spacing, Duration.ZERO);
        range("saveInterval", saveInterval, Duration.ofMillis(100));
    }

    private static void range(String option, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "presence " + option + " must be " + least + " to " + LONGEST + ", is " + value);
        }
    }
}
