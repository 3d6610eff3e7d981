package io.bellwire.fleet;

import io.bellwire.device.net.Timers;
import java.util.List;
import java.util.SplittableRandom;

/** Injects faults at random until {@link #heal}. Thread-safe. */
final class FaultInjector {
    private static final long TICK_MILLIS = 100;
    private static final int DISCARD_MILLIS_MAX = 400;
    private static final int OFFLINE_MILLIS_MIN = 500;
    private static final int OFFLINE_MILLIS_MAX = 5_000;
    private static final int BOOT_MILLIS_MAX = 1_000;

    private final FaultRates rates;
    private final List<FleetDevice> devices;
    private final ProxyRoutes proxyRoutes;
    private final Timers timers;
    private final RunCounters counters;
    private final SplittableRandom random;
    private volatile boolean healed;

    FaultInjector(
            FaultRates rates,
            List<FleetDevice> devices,
            ProxyRoutes proxyRoutes,
            Timers timers,
            RunCounters counters,
            SplittableRandom random) {
        this.rates = rates;
        this.devices = List.copyOf(devices);
        this.proxyRoutes = proxyRoutes;
        this.timers = timers;
        this.counters = counters;
        this.random = random;
    }

    void start() {
        devices.forEach(device -> device.networkFaults().setRates(rates));
        timers.after(TICK_MILLIS, this::tick);
    }

    /** Injects no more faults. Networks are up at once; devices that are down start again after their delay. */
    void heal() {
        healed = true;
        devices.forEach(device -> device.networkFaults().clear());
    }

    private void tick() {
        if (healed) {
            return;
        }
        for (FleetDevice device : devices) {
            if (happens(rates.drop())) {
                drop(device, random.nextBoolean() ? 0 : 1 + random.nextInt(DISCARD_MILLIS_MAX));
            }
            if (happens(rates.offline())) {
                device.networkFaults().setOffline(true);
                drop(device, 0);
                int spell = OFFLINE_MILLIS_MIN + random.nextInt(OFFLINE_MILLIS_MAX - OFFLINE_MILLIS_MIN);
                timers.after(spell, () -> device.networkFaults().setOffline(false));
            }
            if (happens(rates.restart())) {
                counters.deviceRestarts.increment();
                drop(device, 0);
                device.die();
                timers.after(random.nextInt(BOOT_MILLIS_MAX), device::boot);
            }
        }
        timers.after(TICK_MILLIS, this::tick);
    }

    /**
     * Cuts the connection first and only then drops the device's requests: otherwise the device would close the
     * connection itself, and there would be nothing to cut.
     */
    private void drop(FleetDevice device, int discardMillis) {
        proxyRoutes.cut(device.kind(), device.credentials().id().value(), discardMillis, had -> {
            if (had) {
                counters.sessionDrops.increment();
            }
            timers.after(0, device::dropRequests);
        });
    }

    /** Draws whether a fault with the probability {@code perSecond} for each second happens in this tick. */
    private boolean happens(double perSecond) {
        return perSecond > 0 && random.nextDouble() < 1 - Math.pow(1 - perSecond, TICK_MILLIS / 1_000.0);
    }
}
