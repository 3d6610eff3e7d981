package io.bellwire.fleet;

import io.bellwire.device.DeviceSettings;
import io.bellwire.device.Doorbell;

/**
 * The options of a run. Immutable.
 *
 * @param tag distinguishes this run's devices and orders from those of other runs on the same server: 1 to 24 letters
 *     and digits
 * @param orders how many orders are placed in all
 * @param ratePerSecond orders placed in each second
 * @param seed of all random choices; the network's timing is not seeded
 * @param serverKills how often the server is killed, at even distances
 * @param doorbell how the devices learn that their feeds have moved
 * @param pollMillis interval between the reads of devices without a doorbell
 * @param withoutProxies whether devices connect without a proxy in between: then no connection is cut, and bytes on the
 *     connections that they hold are not counted
 * @param blackoutSeconds how long, before each kill, no device reaches the server, so that each has a backlog
 *     afterwards
 * @param timeoutSeconds how long the order source may wait for an answer, and the devices may take to converge at the
 *     end
 * @param ordersOnly whether there are only new orders: no changes of them, no other events, and no groups
 * @param partners the partners that receive webhooks
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
        boolean withoutProxies,
        int serverKills,
        int blackoutSeconds,
        int timeoutSeconds,
        DeviceSettings settings,
        boolean ordersOnly,
        PartnerOptions partners) {
    private static final long WAIT_MILLIS = 25_000;

    public FleetOptions {
        check(tag.matches("[A-Za-z0-9]{1,24}"), "tag must be 1 to 24 letters and digits, is " + tag);
        check(devices >= 1 && devices <= 100_000, "devices must be 1 to 100000, is " + devices);
        check(orders >= 0 && orders <= 10_000_000, "orders must be 0 to 10000000, is " + orders);
        check(ratePerSecond >= 1 && ratePerSecond <= 100_000, "rate must be 1 to 100000, is " + ratePerSecond);
        check(serverKills >= 0 && serverKills <= 100, "kill-server must be 0 to 100, is " + serverKills);
        check(pollMillis >= 10 && pollMillis <= 86_400_000, "poll-interval must be 10 ms to a day, is " + pollMillis);
        check(
                !withoutProxies || faults.drop() == 0,
                "drop-rate must be 0 if devices connect straight: nobody cuts then");
        check(blackoutSeconds >= 0 && blackoutSeconds <= 3_600, "blackout must be 0 to 3600, is " + blackoutSeconds);
        check(timeoutSeconds >= 1 && timeoutSeconds <= 86_400, "timeout must be 1 to 86400, is " + timeoutSeconds);
    }

    /** Without partners. */
    public FleetOptions(
            String tag,
            int devices,
            int orders,
            int ratePerSecond,
            FaultRates faults,
            long seed,
            ClientKind client,
            FleetDoorbell.Choice doorbell,
            long pollMillis,
            boolean withoutProxies,
            int serverKills,
            int blackoutSeconds,
            int timeoutSeconds,
            DeviceSettings settings,
            boolean ordersOnly) {
        this(
                tag,
                devices,
                orders,
                ratePerSecond,
                faults,
                seed,
                client,
                doorbell,
                pollMillis,
                withoutProxies,
                serverKills,
                blackoutSeconds,
                timeoutSeconds,
                settings,
                ordersOnly,
                PartnerOptions.NONE);
    }

    /** The settings of devices with this kind of doorbell. */
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
