package io.bellwire.world;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.Doorbell;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.VerificationResult;
import io.bellwire.fleet.Verifier;
import io.bellwire.world.WorldPlan.CursorLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Devices, a network, a server and its bridge under virtual time, all drawn from one seed. First there are requests and
 * faults; then the faults end, and all devices must converge. Devices, log and bridge are the product's own. One
 * thread.
 */
final class World implements WorldClient, AutoCloseable {
    /** A safety poll would hide missing signals: none falls into a run. */
    private static final DeviceSettings SIGNALLED = new DeviceSettings(3_600_000, 1_000, 100, 5_000);
    /** A device that is ahead of a log that has lost its end ignores the signals: its safety poll notices the loss. */
    private static final DeviceSettings SIGNALLED_WITH_SAFETY_POLL = new DeviceSettings(40_000, 1_000, 100, 5_000);

    private static final DeviceSettings LONG_POLLING = SIGNALLED.with(new Doorbell.LongPoll(5_000));
    private static final DeviceSettings POLLING = SIGNALLED.with(new Doorbell.Poll(3_000));

    private static final long FAULTS_MILLIS = 30_000;
    /** Twice the longest pause of the bridge between two reminders, after the end of the longest lease. */
    private static final long HEAL_MILLIS = 420_000;

    private static final long GRACE_MILLIS = 15_000;

    private static final int FLUSH_TICKS = 10;
    private static final int REQUESTS_MAX = 4;

    private final WorldPlan plan;
    private final SplittableRandom random;
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final WorldClock clock = new WorldClock(scheduler);
    private final ExpectedState expected = new ExpectedState();
    private final WorldObserver observer = new WorldObserver();
    private final WorldNetwork network = new WorldNetwork(this, observer);
    private final WorldRetention retention = new WorldRetention(clock, observer);
    private final List<WorldDevice> devices = new ArrayList<>();
    private final List<DeviceId> ids;
    private final ExpectedGroups groups;
    private final WorldWorkload workload;
    private final WorldLeases leases;
    private final WorldHost host;
    private final WorldFaults faults;
    private int ticks;

    World(WorldPlan plan, BridgeOptions options) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed() + 1);
        this.host = new WorldHost(this, plan, options, clock, random);
        this.faults = new WorldFaults(this, plan, host, clock, random);
        for (int i = 0; i < plan.devices(); i++) {
            DeviceId id = new DeviceId("device-" + i);
            int draw = random.nextInt(10);
            WorldDevice device = new WorldDevice(
                    network, id, settings(draw, plan.cursorLoss()), draw < 4, plan.saveFailures(), random.split());
            devices.add(device);
            network.add(device);
        }
        this.ids = devices.stream().map(WorldDevice::id).toList();
        this.groups = new ExpectedGroups(plan.groups(), plan.broadcasts(), ids, random.split());
        this.leases = new WorldLeases(clock, observer, random.split());
        this.workload =
                new WorldWorkload(ids, groups, plan.leases() ? leases : null, expected, observer, random.split());
    }

    private static DeviceSettings settings(int draw, CursorLoss cursorLoss) {
        return switch (draw) {
            case 0 -> LONG_POLLING;
            case 1 -> POLLING;
            default -> cursorLoss == CursorLoss.LOST_END ? SIGNALLED_WITH_SAFETY_POLL : SIGNALLED;
        };
    }

    VirtualScheduler scheduler() {
        return scheduler;
    }

    WorldObserver observer() {
        return observer;
    }

    WorldNetwork network() {
        return network;
    }

    WorldRetention retention() {
        return retention;
    }

    WorldWorkload workload() {
        return workload;
    }

    ExpectedState expected() {
        return expected;
    }

    ExpectedGroups groups() {
        return groups;
    }

    WorldLeases leases() {
        return leases;
    }

    /** See {@link WorldClock#processMillis}. */
    long processMillis() {
        return clock.processMillis();
    }

    List<DeviceId> ids() {
        return ids;
    }

    WorldHost host() {
        return host;
    }

    FaultRates faults() {
        return faults.rates();
    }

    void later(long millis, Runnable task) {
        var unused = scheduler.after(millis, task);
    }

    /** How many changes took effect directly from a signal. */
    long appliedFromSignals() {
        return devices.stream().mapToLong(WorldDevice::appliedFromSignals).sum();
    }

    long steps() {
        return scheduler.ran();
    }

    /** Runs the world. Returns null if it converged; otherwise what is wrong and how to repeat it. */
    @Nullable String run() {
        host.startServer();
        register();
        devices.forEach(device -> later(random.nextInt(2_000), device::boot));
        tick();
        if (plan.cursorLoss().losesEnd()) {
            later(random.nextInt((int) FAULTS_MILLIS / 2), host::backUp);
        }
        scheduler.advanceUntil(FAULTS_MILLIS);
        heal();
        boolean converged = scheduler.advanceUntil(FAULTS_MILLIS + HEAL_MILLIS, new ConvergenceCheck()::check);
        // so that a forbidden late delivery still shows, and the bridge waits for no lost answer of the broker any more
        scheduler.advanceUntil(scheduler.nowMillis() + GRACE_MILLIS);
        if (converged && observer.violation() == null) {
            new PromptnessCheck(this, random.split()).run(devices);
        }
        Verifier verifier = new Verifier(expected.acknowledged());
        devices.forEach(device -> verifier.check(device.id(), device.disk().journal()));
        VerificationResult result = verifier.result();
        return converged && result.clean() && allConverged() && observer.violation() == null
                ? null
                : failureMessage(converged, result);
    }

    private void register() {
        WorldServer running = host.server();
        if (running != null) {
            devices.forEach(device -> device.secret().use(running.accounts().register(device.id())));
            groups.create(running);
        }
    }

    private void heal() {
        faults.end();
        host.startServer();
        for (WorldDevice device : devices) {
            faults.enable(device);
            device.saveReliably();
            device.setOffline(false);
            device.boot();
        }
    }

    private String failureMessage(boolean converged, VerificationResult result) {
        String behind = devices.stream()
                .filter(device -> !hasConverged(device))
                .map(device -> device.id() + " at " + device.disk().state().cursor() + " of "
                        + host.head(device.id()).orElse("") + ", revision " + expected.head(device.id()) + " due"
                        + (device.isListening() ? "" : ", not listening"))
                .findFirst()
                .orElse("nobody");
        return "seed " + plan.seed() + (converged ? "" : " did not converge") + ", behind: " + behind + "; " + result
                + (observer.violation() == null ? "" : "; " + observer.violation()) + "; " + plan
                + "\n" + WorldRun.replay(plan.seed());
    }

    /**
     * Checks all devices only once in {@value WorldFaults#TICK_MILLIS} ms, as checking after each step would cost more than the
     * steps.
     */
    private final class ConvergenceCheck {
        private long nextMillis;

        boolean check() {
            if (scheduler.nowMillis() < nextMillis) {
                return false;
            }
            nextMillis = scheduler.nowMillis() + WorldFaults.TICK_MILLIS;
            return workload.isAnswered() && allConverged();
        }
    }

    private boolean allConverged() {
        return devices.stream().allMatch(this::hasConverged);
    }

    /** Creates an order for the device, without faults. */
    void create(WorldDevice device) {
        WorldServer running = host.server();
        if (running != null) {
            running.writeAtOnce(List.of(workload.create(device.id(), device.hearsAll())), this);
            scheduler.advanceUntil(scheduler.nowMillis());
        }
    }

    /** How many changes the device's feed must have. */
    long headOf(WorldDevice device) {
        return expected.head(device.id());
    }

    /** Advances time by up to {@code millis}, until {@code enough} holds; returns whether it holds. */
    boolean advanceUntil(long millis, BooleanSupplier enough) {
        return scheduler.advanceUntil(scheduler.nowMillis() + millis, enough);
    }

    boolean hasConverged(WorldDevice device) {
        return (device.isListening() || !device.usesSignals())
                && expected.hasConverged(device.id(), device.disk().state(), host.head(device.id()));
    }

    private void tick() {
        boolean hasFaults = scheduler.nowMillis() < FAULTS_MILLIS;
        if (!hasFaults && workload.isAnswered()) {
            return;
        }
        ticks++;
        if (hasFaults) {
            faults.killAtOperation();
        }
        host.onServer(() -> {
            WorldServer running = host.server();
            if (running != null) {
                running.write(workload.next(hasFaults ? 1 + random.nextInt(REQUESTS_MAX) : 0), this);
            }
        });
        if (!hasFaults || random.nextInt(4) == 0) {
            host.onServer(() -> {
                WorldServer running = host.server();
                if (running != null && hasFaults) {
                    groups.changeOne(running);
                } else if (running != null) {
                    groups.finishChanges(running);
                }
            });
        }
        if (ticks % FLUSH_TICKS == 0) {
            host.onServer(this::maintain);
        }
        if (hasFaults) {
            faults.inject(devices);
        }
        later(WorldFaults.TICK_MILLIS, this::tick);
    }

    @Override
    public void tried(WorldRequest request) {
        if (request.group() != null) {
            groups.tried(request);
        }
        leases.tried(request);
    }

    @Override
    public void answered(WorldClient.Answer answer) {
        WorldRequest request = answer.request();
        if (request.group() != null) {
            groups.written(request);
        }
        leases.answered(request, answer.result(), answer.sentMillis());
        if (!isAnswerLost()) {
            workload.answered(request, answer.result(), answer.event(), scheduler.nowNanos());
        }
    }

    private void maintain() {
        WorldServer running = host.server();
        if (running != null) {
            running.maintain();
            if (plan.cursorLoss() == CursorLoss.RETENTION) {
                retention.expire(running, ids);
            }
        }
    }

    private boolean isAnswerLost() {
        double probability = faults().signalLoss();
        return probability > 0 && random.nextDouble() < probability;
    }

    /** Ends the server's threads. */
    @Override
    public void close() {
        host.close();
    }
}
