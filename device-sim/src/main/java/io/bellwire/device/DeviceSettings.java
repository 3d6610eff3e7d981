package io.bellwire.device;

/**
 * How a device learns of news, and how patient it is. Immutable.
 *
 * @param backoffBaseMillis the ceiling of the first wait after a failure; doubles with each further one
 * @param backoffMaxMillis the highest ceiling
 */
public record DeviceSettings(Doorbell doorbell, long backoffBaseMillis, long backoffMaxMillis) {
    /** For a device in the field. */
    public static final DeviceSettings STANDARD =
            new DeviceSettings(new Doorbell.Signals(2_000, SafetyPolls.STANDARD), 500, 60_000);

    public DeviceSettings {
        if (backoffBaseMillis < 1 || backoffMaxMillis < backoffBaseMillis) {
            throw new IllegalArgumentException(
                    "backoff must have 1 <= base <= max, is " + backoffBaseMillis + " to " + backoffMaxMillis + " ms");
        }
    }

    /** For a device that has signals and polls without one as often as ever, whatever it finds. */
    public DeviceSettings(long safetyPollMillis, long greetingMillis, long backoffBaseMillis, long backoffMaxMillis) {
        this(
                new Doorbell.Signals(greetingMillis, SafetyPolls.every(safetyPollMillis)),
                backoffBaseMillis,
                backoffMaxMillis);
    }

    /** The same patience with another doorbell. */
    public DeviceSettings with(Doorbell other) {
        return new DeviceSettings(other, backoffBaseMillis, backoffMaxMillis);
    }
}
