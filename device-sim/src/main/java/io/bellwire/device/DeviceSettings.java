package io.bellwire.device;

/**
 * How a device learns of changes, and how long it waits after failures. Immutable.
 *
 * @param backoffBaseMillis the longest first wait after a failure; doubles with each further failure
 * @param backoffMaxMillis the longest wait after any number of failures
 */
public record DeviceSettings(Doorbell doorbell, long backoffBaseMillis, long backoffMaxMillis) {
    /** For a device in the field: signals, a safety poll every ten minutes at first, waits from 0.5 s to a minute. */
    public static final DeviceSettings STANDARD =
            new DeviceSettings(new Doorbell.Signals(2_000, SafetyPolls.STANDARD), 500, 60_000);

    public DeviceSettings {
        if (backoffBaseMillis < 1 || backoffMaxMillis < backoffBaseMillis) {
            throw new IllegalArgumentException(
                    "backoff must have 1 <= base <= max, is " + backoffBaseMillis + " to " + backoffMaxMillis + " ms");
        }
    }

    /** For a device that receives signals and whose safety polls always have the same interval. */
    public DeviceSettings(long safetyPollMillis, long greetingMillis, long backoffBaseMillis, long backoffMaxMillis) {
        this(
                new Doorbell.Signals(greetingMillis, SafetyPolls.every(safetyPollMillis)),
                backoffBaseMillis,
                backoffMaxMillis);
    }

    /** The same waits with another doorbell. */
    public DeviceSettings with(Doorbell other) {
        return new DeviceSettings(other, backoffBaseMillis, backoffMaxMillis);
    }
}
