package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.ScheduledTimers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a run, with the threads, connections and proxies that they share, and with the operator who looks after
 * them. They are registered, booted, broken and healed together. Not thread-safe, but what they hand out is.
 */
public final class FleetDevices implements AutoCloseable {
    private static final int PAGE_LIMIT = 100;

    private final FleetOptions options;
    private final LongSupplier nanos;
    private final SplittableRandom random;
    private final Costs costs = new Costs();
    private final RunCounters tally = new RunCounters();
    private final FleetRecovery herd;
    private final FleetResources plant;
    private final OperatorClient operator;
    private final List<CompletableFuture<DeviceCredentials>> registering = new ArrayList<>();
    private final List<FleetDevice> devices = new ArrayList<>();
    private @Nullable FaultInjector chaos;

    /** @param failures hears of what the operator has to repeat */
    public FleetDevices(
            FleetOptions options,
            ServerAddress server,
            LongSupplier nanos,
            SplittableRandom random,
            FailedAttempts failures)
            throws IOException, FleetException {
        this.options = options;
        this.nanos = nanos;
        this.random = random;
        this.herd = new FleetRecovery(nanos);
        this.plant = new FleetResources(server.endpoints(), options, costs, nanos);
        try {
            this.operator = new OperatorClient(plant.orderGate(), server, plant.timers(), nanos, failures);
        } catch (FleetException failed) {
            plant.close();
            throw failed;
        }
    }

    /** Completes once all are registered, and may then be booted; fails if one is refused. */
    public CompletableFuture<Void> register() {
        for (int i = 0; i < options.devices(); i++) {
            registering.add(operator.register(new DeviceId("sim-" + options.tag() + "-" + (i + 1))));
        }
        return CompletableFuture.allOf(registering.toArray(CompletableFuture[]::new));
    }

    /** How many are registered by now. */
    long registered() {
        return registering.stream().filter(CompletableFuture::isDone).count();
    }

    /** Starts the process of each device. Call once, when all are registered. */
    public void boot() {
        for (int i = 0; i < registering.size(); i++) {
            devices.add(device(i, registering.get(i).join()));
        }
        devices.forEach(FleetDevice::boot);
    }

    private FleetDevice device(int index, DeviceCredentials who) {
        FleetDoorbell kind = plant.kind(index);
        return new FleetDevice(
                who,
                kind,
                options.settings(kind),
                new NetworkFaults(FaultRates.NONE, plant.timers(), tally, random.split()),
                plant.signals(index),
                plant.feed(index, who, PAGE_LIMIT),
                plant.timers(),
                plant.pool(),
                tally,
                herd.member(),
                nanos,
                random.split());
    }

    /** From now on connections are cut, signals lost, devices killed at these rates. */
    public void breakThings(FaultRates rates) {
        heal();
        FaultInjector next = new FaultInjector(rates, devices, plant.roads(), plant.timers(), tally, random.split());
        next.start();
        chaos = next;
    }

    /** No more faults; what is down comes up again by itself. */
    public void heal() {
        if (chaos != null) {
            chaos.heal();
            chaos = null;
        }
    }

    /** Ends the processes of those devices that ask by themselves, whether they are rung or not: the others only listen. */
    public void stopAsking() {
        devices.stream().filter(FleetDevices::asks).forEach(FleetDevice::die);
    }

    /** Starts them again. */
    public void askAgain() {
        devices.stream().filter(FleetDevices::asks).forEach(FleetDevice::boot);
    }

    private static boolean asks(FleetDevice device) {
        return !device.kind().isRung();
    }

    public OperatorClient operator() {
        return operator;
    }

    /** The same for another server. */
    public OperatorClient operatorOf(ServerAddress other) throws FleetException {
        return new OperatorClient(plant.orderGate(), other, plant.timers(), nanos, FailedAttempts.IGNORED);
    }

    public ScheduledTimers timers() {
        return plant.timers();
    }

    public List<DeviceId> ids() {
        return devices.stream().map(device -> device.who().id()).toList();
    }

    /** Devices that are in touch with the server. */
    public long connected() {
        return tally.connected.sum();
    }

    /** Devices whose process runs. */
    public Set<DeviceId> running() {
        return devices.stream()
                .filter(FleetDevice::isRunning)
                .map(device -> device.who().id())
                .collect(Collectors.toSet());
    }

    /** Changes and restored orders that took effect, at all devices. */
    public long applied() {
        return devices.stream().mapToLong(device -> device.disk().applied()).sum();
    }

    /** Snapshots that devices began to take. */
    public long snapshots() {
        return tally.snapshots.sum();
    }

    /**
     * The shortest time after which a device that was up to date was told that its cursor can be continued no more;
     * {@link Long#MAX_VALUE} if none ever was.
     */
    public long shortestResetNanos() {
        return devices.stream()
                .mapToLong(device -> device.retention().shortestNanos())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** How the device learns of news. */
    public FleetDoorbell kind(int device) {
        return plant.kind(device);
    }

    /** Ends this device's process until {@link #fetchBack}. */
    public void leaveBehind(int device) {
        devices.get(device).die();
    }

    /** Starts it again. */
    public void fetchBack(int device) {
        devices.get(device).boot();
    }

    /** What the device has written to its journal after the first {@code from} entries. */
    public List<JournalEntry> journal(int device, int from) {
        return devices.get(device).disk().journal(from);
    }

    /** Compares all journals with the truth. */
    public VerificationResult verify(AcknowledgedOrders truth) {
        return verify(new Verifier(truth));
    }

    /** The same after a run that has broken off: writes were under way whose answers nobody waited for. */
    public VerificationResult verifyBrokenOff(AcknowledgedOrders truth) {
        return verify(new Verifier(truth, false));
    }

    private VerificationResult verify(Verifier verifier) {
        for (FleetDevice device : devices) {
            verifier.check(device.who().id(), device.disk().journal());
        }
        return verifier.verdict();
    }

    List<FleetDevice> all() {
        return devices;
    }

    FleetRecovery herd() {
        return herd;
    }

    RunCounters tally() {
        return tally;
    }

    Costs costs() {
        return costs;
    }

    ProxyRoutes roads() {
        return plant.roads();
    }

    @Override
    public void close() {
        operator.close();
        heal();
        devices.forEach(FleetDevice::stop);
        plant.close();
    }
}
