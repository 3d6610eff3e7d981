package io.bellwire.fleet;

import io.bellwire.net.Timers;
import java.util.List;
import java.util.SplittableRandom;

/** Breaks things at random until it is told to stop. Thread-safe. */
final class FaultInjector {
    private static final long TICK_MILLIS = 100;
    private static final int DEAF_MILLIS_MAX = 400;
    private static final int OFFLINE_MILLIS_MIN = 500;
    private static final int OFFLINE_MILLIS_MAX = 5_000;
    private static final int BOOT_MILLIS_MAX = 1_000;

    private final FaultRates rates;
    private final List<FleetDevice> devices;
    private final ProxyRoutes roads;
    private final Timers timers;
    private final RunCounters tally;
    private final SplittableRandom random;
    private volatile boolean over;

    FaultInjector(
            FaultRates rates,
            List<FleetDevice> devices,
            ProxyRoutes roads,
            Timers timers,
            RunCounters tally,
            SplittableRandom random) {
        this.rates = rates;
        this.devices = List.copyOf(devices);
        this.roads = roads;
        this.timers = timers;
        this.tally = tally;
        this.random = random;
    }

    void start() {
        devices.forEach(device -> device.weather().rough(rates));
        timers.after(TICK_MILLIS, this::tick);
    }

    /** No more faults; whatever is down comes up again by itself, the network at once. */
    void heal() {
        over = true;
        devices.forEach(device -> device.weather().calm());
    }

    private void tick() {
        if (over) {
            return;
        }
        for (FleetDevice device : devices) {
            if (happens(rates.drop())) {
                drop(device, random.nextBoolean() ? 0 : 1 + random.nextInt(DEAF_MILLIS_MAX));
            }
            if (happens(rates.offline())) {
                device.weather().offline(true);
                drop(device, 0);
                int spell = OFFLINE_MILLIS_MIN + random.nextInt(OFFLINE_MILLIS_MAX - OFFLINE_MILLIS_MIN);
                timers.after(spell, () -> device.weather().offline(false));
            }
            if (happens(rates.restart())) {
                tally.deviceRestarts.increment();
                drop(device, 0);
                device.die();
                timers.after(random.nextInt(BOOT_MILLIS_MAX), device::boot);
            }
        }
        timers.after(TICK_MILLIS, this::tick);
    }

    /** Cuts before the device lets go of what it waits for: else it is the device that hangs up, and nothing is cut. */
    private void drop(FleetDevice device, int deafMillis) {
        roads.cut(device.kind(), device.who().id().value(), deafMillis, had -> {
            if (had) {
                tally.sessionDrops.increment();
            }
            timers.after(0, device::storm);
        });
    }

    /** Whether what happens with {@code perSecond} in a second happens in this tick. */
    private boolean happens(double perSecond) {
        return perSecond > 0 && random.nextDouble() < 1 - Math.pow(1 - perSecond, TICK_MILLIS / 1_000.0);
    }
}
