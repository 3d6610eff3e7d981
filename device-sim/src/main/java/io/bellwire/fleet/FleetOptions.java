package io.bellwire.fleet;

import io.bellwire.device.DeviceSettings;
import io.bellwire.device.Doorbell;

/**
 * What a run is to be. Immutable.
 *
 * @param tag tells this run's devices and orders from those of others on the same server: 1 to 24 letters and digits
 * @param orders how many orders are placed in all
 * @param ratePerSecond orders in each second
 * @param seed decides all chance; the network's timing remains its own
 * @param serverKills how often the server is killed, at even distances
 * @param doorbell how the devices learn of news
 * @param pollMillis how often devices ask that have no doorbell
 * @param straight whether devices connect without a proxy in between: then nothing is cut hard, and what passes on the
 *     connections that they hold is not counted
 * @param blackoutSeconds how long, before each kill, no device gets anything through, so that it comes back with a backlog
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
        FleetDoorbell.Choice doorbell,
        long pollMillis,
        boolean straight,
        int serverKills,
        int blackoutSeconds,
        int timeoutSeconds,
        DeviceSettings settings) {
    private static final long WAIT_MILLIS = 25_000;

    public FleetOptions {
        check(tag.matches("[A-Za-z0-9]{1,24}"), "tag must be 1 to 24 letters and digits, is " + tag);
        check(devices >= 1 && devices <= 100_000, "devices must be 1 to 100000, is " + devices);
        check(orders >= 0 && orders <= 10_000_000, "orders must be 0 to 10000000, is " + orders);
        check(ratePerSecond >= 1 && ratePerSecond <= 100_000, "rate must be 1 to 100000, is " + ratePerSecond);
        check(serverKills >= 0 && serverKills <= 100, "kill-server must be 0 to 100, is " + serverKills);
        check(pollMillis >= 10 && pollMillis <= 86_400_000, "poll-interval must be 10 ms to a day, is " + pollMillis);
        check(!straight || faults.drop() == 0, "drop-rate must be 0 if devices connect straight: nobody cuts then");
        check(blackoutSeconds >= 0 && blackoutSeconds <= 3_600, "blackout must be 0 to 3600, is " + blackoutSeconds);
        check(timeoutSeconds >= 1 && timeoutSeconds <= 86_400, "timeout must be 1 to 86400, is " + timeoutSeconds);
    }

    /** How patient devices of this kind are. */
    DeviceSettings settings(FleetDoorbell kind) {
        return switch (kind) {
            case MQTT, WS, SSE -> settings;
            case LONGPOLL -> settings.with(new Doorbell.LongPoll(WAIT_MILLIS));
            case POLL -> settings.with(new Doorbell.Poll(pollMillis));
        };
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
