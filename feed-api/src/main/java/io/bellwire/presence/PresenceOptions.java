package io.bellwire.presence;

import java.time.Duration;

/**
 * When events say that devices have connected or disconnected. Immutable; the constructor throws {@link
 * IllegalArgumentException} that names the option.
 *
 * @param grace how long a device must be away until it counts as disconnected; default 5 s
 * @param graceAfterStart the same for devices that were connected when the last server ended, counted from the start:
 *     they need time to notice and to reconnect; default 30 s
 * @param spacing the shortest time between two events that say that the same device has connected; default 1 min
 * @param saveInterval how often the times when devices were last seen are saved, and so how much of them may be lost
 *     when the server is killed; default 1 min
 */
public record PresenceOptions(Duration grace, Duration graceAfterStart, Duration spacing, Duration saveInterval) {
    private static final Duration LONGEST = Duration.ofHours(1);

    public static final PresenceOptions DEFAULT = new PresenceOptions(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(1));

    public PresenceOptions {
        requireRange("grace", grace, Duration.ZERO);
        requireRange("graceAfterStart", graceAfterStart, Duration.ZERO);
        requireRange("spacing", spacing, Duration.ZERO);
        requireRange("saveInterval", saveInterval, Duration.ofMillis(100));
    }

    private static void requireRange(String option, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "presence " + option + " must be " + least + " to " + LONGEST + ", is " + value);
        }
    }
}
