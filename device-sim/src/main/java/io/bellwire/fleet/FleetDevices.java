package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import io.bellwire.device.net.AgentRuntime;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.ScheduledTimers;
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
 * The devices of a run, with the threads, connections and proxies that they share, and with the operator's client.
 * Registers, starts, breaks and heals all devices together. Not thread-safe; the objects that it returns are.
 */
public final class FleetDevices implements AutoCloseable {
    private static final int PAGE_LIMIT = 100;

    private final FleetOptions options;
    private final LongSupplier nanos;
    private final SplittableRandom random;
    private final HttpCosts costs = new HttpCosts();
    private final RunCounters counters = new RunCounters();
    private final FleetRecovery recovery;
    private final FleetResources resources;
    private final OperatorClient operator;
    private final List<CompletableFuture<DeviceCredentials>> registering = new ArrayList<>();
    private final List<FleetDevice> devices = new ArrayList<>();
    private @Nullable FaultInjector injector;

    /** @param failures is notified of each request that the operator's client has to repeat */
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
        this.recovery = new FleetRecovery(nanos);
        this.resources = new FleetResources(server, options, costs, nanos);
        try {
            this.operator = new OperatorClient(resources.orderClient(), server, resources.timers(), nanos, failures);
        } catch (FleetException failed) {
            resources.close();
            throw failed;
        }
    }

    /**
     * Registers all devices. Completes once all are registered and {@link #boot} may be called; fails if the server
     * refuses one.
     */
    public CompletableFuture<Void> register() {
        for (int i = 0; i < options.devices(); i++) {
            registering.add(operator.register(new DeviceId("sim-" + options.tag() + "-" + (i + 1))));
        }
        return CompletableFuture.allOf(registering.toArray(CompletableFuture[]::new));
    }

    /** How many devices are registered by now. */
    long registered() {
        return registering.stream().filter(CompletableFuture::isDone).count();
    }

    /** Starts the process of each device. Call once, when all devices are registered. */
    public void boot() {
        for (int i = 0; i < registering.size(); i++) {
            devices.add(device(i, registering.get(i).join()));
        }
        devices.forEach(FleetDevice::boot);
    }

    private FleetDevice device(int index, DeviceCredentials credentials) {
        FleetDoorbell kind = resources.kind(index);
        return new FleetDevice(
                credentials,
                kind,
                options.settings(kind),
                new FleetDevice.Network(
                        new NetworkFaults(FaultRates.NONE, resources.timers(), counters, random.split()),
                        resources.signals(index),
                        resources.feed(index, credentials, PAGE_LIMIT)),
                new FleetDevice.Shared(new AgentRuntime(resources.timers(), resources.pool()), counters, nanos),
                recovery.member(),
                random.split());
    }

    /** Cuts connections, loses signals and kills devices at these rates from now on. */
    public void injectFaults(FaultRates rates) {
        heal();
        FaultInjector next = new FaultInjector(
                rates, devices, resources.proxyRoutes(), resources.timers(), counters, random.split());
        next.start();
        injector = next;
    }

    /** Ends the faults; networks and devices that are down come up again by themselves. */
    public void heal() {
        if (injector != null) {
            injector.heal();
            injector = null;
        }
    }

    /** Ends the processes of the devices that read the feed without a signal (long poll, poll). */
    public void stopPollingDevices() {
        devices.stream().filter(FleetDevices::polls).forEach(FleetDevice::die);
    }

    /** Starts the devices again that {@link #stopPollingDevices} has stopped. */
    public void startPollingDevices() {
        devices.stream().filter(FleetDevices::polls).forEach(FleetDevice::boot);
    }

    private static boolean polls(FleetDevice device) {
        return !device.kind().receivesSignals();
    }

    public OperatorClient operator() {
        return operator;
    }

    /** An operator's client for another server. */
    public OperatorClient operatorOf(ServerAddress other) throws FleetException {
        return new OperatorClient(resources.orderClient(), other, resources.timers(), nanos, FailedAttempts.IGNORED);
    }

    public ScheduledTimers timers() {
        return resources.timers();
    }

    public List<DeviceId> ids() {
        return devices.stream().map(device -> device.credentials().id()).toList();
    }

    /** How many devices are connected to the server. */
    public long connected() {
        return counters.connected.sum();
    }

    /** The devices whose process runs. */
    public Set<DeviceId> running() {
        return devices.stream()
                .filter(FleetDevice::isRunning)
                .map(device -> device.credentials().id())
                .collect(Collectors.toSet());
    }

    /** How many changes and restored orders have taken effect, at all devices. */
    public long applied() {
        return devices.stream().mapToLong(device -> device.disk().applied()).sum();
    }

    /** How many snapshots devices have begun to read. */
    public long snapshots() {
        return counters.snapshots.sum();
    }

    /**
     * The shortest time after which the cursor of a device that was up to date was refused with a reset;
     * {@link Long#MAX_VALUE} if none ever was.
     */
    public long shortestResetNanos() {
        return devices.stream()
                .mapToLong(device -> device.retention().shortestNanos())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** The device's kind of doorbell. */
    public FleetDoorbell kind(int device) {
        return resources.kind(device);
    }

    /** Ends this device's process, until {@link #startDevice}. */
    public void stopDevice(int device) {
        devices.get(device).die();
    }

    /** Starts this device's process again. */
    public void startDevice(int device) {
        devices.get(device).boot();
    }

    /** What the device has written to its journal after the first {@code from} entries. */
    public List<JournalEntry> journal(int device, int from) {
        return devices.get(device).disk().journal(from);
    }

    /** Compares all journals with what the server has acknowledged. */
    public VerificationResult verify(AcknowledgedOrders acknowledged) {
        return verify(new Verifier(acknowledged));
    }

    /** Compares likewise after a run that has broken off: writes were under way whose answers nobody waited for. */
    public VerificationResult verifyInterrupted(AcknowledgedOrders acknowledged) {
        return verify(new Verifier(acknowledged, false));
    }

    private VerificationResult verify(Verifier verifier) {
        for (FleetDevice device : devices) {
            verifier.check(device.credentials().id(), device.disk().journal());
        }
        return verifier.result();
    }

    BoundedHttpClient partnerClient() {
        return resources.partnerClient();
    }

    List<FleetDevice> all() {
        return devices;
    }

    FleetRecovery recovery() {
        return recovery;
    }

    RunCounters counters() {
        return counters;
    }

    HttpCosts costs() {
        return costs;
    }

    ProxyRoutes proxyRoutes() {
        return resources.proxyRoutes();
    }

    @Override
    public void close() {
        operator.close();
        heal();
        devices.forEach(FleetDevice::stop);
        resources.close();
    }
}
