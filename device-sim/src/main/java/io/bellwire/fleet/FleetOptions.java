package io.bellwire.fleet;

import io.bellwire.device.DeviceSettings;

/**
 * What a run is to be. Immutable.
 *
 * @param tag tells this run's devices and orders from those of others on the same server: 1 to 24 letters and digits
 * @param orders how many orders are placed in all
 * @param ratePerSecond orders in each second
 * @param seed decides all chance; the network's timing remains its own
 * @param serverKills how often the server is killed, at even distances
 * @param timeoutSeconds how long the order source may go without an answer, and the devices may take at the end
 */
public record FleetOptions(
        String tag,
        int devices,
        int orders,
        int ratePerSecond,
        FaultRates faults,
        long seed,
        ClientKind client,
        int serverKills,
        int timeoutSeconds,
        DeviceSettings settings) {
    public FleetOptions {
        check(tag.matches("[A-Za-z0-9]{1,24}"), "tag must be 1 to 24 letters and digits, is " + tag);
        check(devices >= 1 && devices <= 100_000, "devices must be 1 to 100000, is " + devices);
        check(orders >= 0 && orders <= 10_000_000, "orders must be 0 to 10000000, is " + orders);
        check(ratePerSecond >= 1 && ratePerSecond <= 100_000, "rate must be 1 to 100000, is " + ratePerSecond);
        check(serverKills >= 0 && serverKills <= 100, "kill-server must be 0 to 100, is " + serverKills);
        check(timeoutSeconds >= 1 && timeoutSeconds <= 86_400, "timeout must be 1 to 86400, is " + timeoutSeconds);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
