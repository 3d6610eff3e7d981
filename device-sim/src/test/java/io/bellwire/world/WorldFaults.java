package io.bellwire.world;

import io.bellwire.fleet.FaultRates;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The faults of a world, drawn tick by tick: of devices, of their accounts, of the server's process and of its clock.
 * One thread.
 */
final class WorldFaults {
    static final int TICK_MILLIS = 100;

    private static final int OPERATIONS_MAX = 40;
    private static final int OFFLINE_MILLIS_MAX = 5_000;
    private static final int RESTART_MILLIS_MAX = 1_000;
    private static final int NEW_SECRET_MILLIS_MAX = 5_000;
    private static final int OVERLAP_MILLIS_MIN = 500;
    private static final int OVERLAP_MILLIS_MAX = 6_000;
    private static final int ENABLE_RETRY_MILLIS = 300;
    private static final double ACCOUNT_CHANGES_PER_SECOND = 0.03;
    private static final double CLOCK_JUMPS_PER_SECOND = 0.1;
    /** Longer than the steps back that the log's writer ignores, and this world's does not. */
    private static final long CLOCK_STEP_MILLIS = 120_000;

    private static final int CLOCK_STEPS_MAX = 30;

    private final World world;
    private final WorldPlan plan;
    private final WorldHost host;
    private final WorldClock clock;
    private final SplittableRandom random;
    private FaultRates rates;

    /** @param random is shared with the world */
    WorldFaults(World world, WorldPlan plan, WorldHost host, WorldClock clock, SplittableRandom random) {
        this.world = world;
        this.plan = plan;
        this.host = host;
        this.clock = clock;
        this.random = random;
        this.rates = plan.faults();
    }

    FaultRates rates() {
        return rates;
    }

    /** From now on there are none. */
    void end() {
        rates = FaultRates.NONE;
        host.endKills();
    }

    /** The server's process may be killed at one of its next operations on the disk. */
    void killAtOperation() {
        if (happens(plan.killsPerSecond())) {
            host.killAfter(random.nextInt(OPERATIONS_MAX));
        }
    }

    /** All other faults of this tick. */
    void inject(Iterable<WorldDevice> devices) {
        devices.forEach(this::inject);
        if (plan.clockJumps() && happens(CLOCK_JUMPS_PER_SECOND)) {
            clock.setOff(CLOCK_STEP_MILLIS * random.nextInt(-CLOCK_STEPS_MAX, CLOCK_STEPS_MAX));
        }
        if (happens(plan.killsPerSecond() / 4)) {
            host.killServer();
        }
    }

    private void inject(WorldDevice device) {
        if (happens(rates.drop())) {
            device.cut();
        }
        if (happens(rates.offline())) {
            device.setOffline(true);
            world.later(random.nextInt(OFFLINE_MILLIS_MAX), () -> device.setOffline(false));
        }
        if (happens(rates.restart())) {
            device.kill();
            world.later(random.nextInt(RESTART_MILLIS_MAX), device::boot);
        }
        if (plan.accountsChange() && happens(ACCOUNT_CHANGES_PER_SECOND)) {
            changeAccount(device);
        }
    }

    private boolean happens(double perSecond) {
        return perSecond > 0 && random.nextDouble() < perSecond * TICK_MILLIS / 1_000;
    }

    /** Rotates the device's secret, with an overlap or without, or disables the device for a while. */
    private void changeAccount(WorldDevice device) {
        int draw = random.nextInt(3);
        int overlapMillis = OVERLAP_MILLIS_MIN + random.nextInt(OVERLAP_MILLIS_MAX - OVERLAP_MILLIS_MIN);
        host.onServer(() -> {
            WorldServer running = host.server();
            if (running == null || !device.secret().isKnown()) {
                return;
            }
            switch (draw) {
                case 0 -> {
                    device.secret().forget();
                    device.secret().use(running.accounts().rotate(device.id()));
                }
                case 1 -> {
                    device.secret().forget();
                    String secret = running.accounts().rotate(device.id(), Duration.ofMillis(overlapMillis));
                    device.secret().replace(secret, clock.processMillis() + overlapMillis);
                }
                default -> disable(device, running);
            }
        });
        world.later(random.nextInt(NEW_SECRET_MILLIS_MAX), () -> enable(device));
    }

    private void disable(WorldDevice device, WorldServer running) {
        if (world.groups().mayDisable(device.id(), running)) {
            device.secret().forget();
            world.groups().allChange(device.id());
            running.accounts().disable(device.id());
            device.secret().end();
            world.groups().allChanged(device.id(), false);
        }
    }

    /** Brings the device a secret that is known to be good, and enables it before if that is necessary. */
    void enable(WorldDevice device) {
        host.onServer(() -> {
            WorldServer running = host.server();
            if (running != null && !device.secret().isKnown() && world.groups().mayEnable(device.id())) {
                world.groups().allChange(device.id());
                device.secret().use(running.accounts().register(device.id()));
                world.groups().allChanged(device.id(), true);
            }
        });
        if (device.secret().isKnown()) {
            device.secret().bringNew();
        } else {
            world.later(ENABLE_RETRY_MILLIS, () -> enable(device));
        }
    }
}
