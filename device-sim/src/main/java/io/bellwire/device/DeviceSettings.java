package io.bellwire.device;

/**
 * How patient a device is. Immutable.
 *
 * @param safetyPollMillis how often to poll without any signal, give or take a fifth
 * @param greetingMillis how long after subscribing to wait for the signal that tells the current revision; without it the
 *     device polls
 * @param backoffBaseMillis the ceiling of the first wait after a failure; doubles with each further one
 * @param backoffMaxMillis the highest ceiling
 */
public record DeviceSettings(
        long safetyPollMillis, long greetingMillis, long backoffBaseMillis, long backoffMaxMillis) {
    /** For a device in the field. */
    public static final DeviceSettings STANDARD = new DeviceSettings(600_000, 2_000, 500, 60_000);

    public DeviceSettings {
        if (safetyPollMillis < 1_000) {
            throw new IllegalArgumentException("safetyPollMillis must be at least 1000, is " + safetyPollMillis);
        }
        if (greetingMillis < 1) {
            throw new IllegalArgumentException("greetingMillis must be positive, is " + greetingMillis);
        }
        if (backoffBaseMillis < 1 || backoffMaxMillis < backoffBaseMillis) {
            throw new IllegalArgumentException(
                    "backoff must have 1 <= base <= max, is " + backoffBaseMillis + " to " + backoffMaxMillis + " ms");
        }
    }
}
