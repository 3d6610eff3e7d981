package io.bellwire.fleet;

/**
 * How often each kind of fault happens. Immutable.
 *
 * @param drop the connection is cut hard: probability for each device in each second
 * @param offline the device has no network for a few seconds: likewise
 * @param restart the device's process dies and starts again from its saved state: likewise
 * @param signalLoss probability for each signal that it is lost just before the device
 * @param duplicate probability for each signal that it is delivered a second time, a little later
 */
public record FaultRates(double drop, double offline, double restart, double signalLoss, double duplicate) {
    public static final FaultRates NONE = new FaultRates(0, 0, 0, 0, 0);

    public FaultRates {
        check("drop-rate", drop);
        check("offline-rate", offline);
        check("restart-rate", restart);
        check("signal-loss", signalLoss);
        check("duplicate-rate", duplicate);
    }

    /** A copy that cuts no connection. */
    public FaultRates withoutDrops() {
        return new FaultRates(0, offline, restart, signalLoss, duplicate);
    }

    private static void check(String name, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(name + " must be a probability from 0 to 1, is " + rate);
        }
    }
}
