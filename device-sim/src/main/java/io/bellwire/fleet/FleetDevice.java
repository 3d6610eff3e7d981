package io.bellwire.fleet;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.device.net.AgentObserver;
import io.bellwire.device.net.AgentRuntime;
import io.bellwire.device.net.DeviceAgent;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.DeviceFeed;
import io.bellwire.device.net.SignalSource;
import io.bellwire.device.state.StateStore;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One device of a fleet. Its process can be killed and started again; its disk and its network outlive the process.
 * Thread-safe.
 */
public final class FleetDevice {
    private static final long NEVER = Long.MIN_VALUE;

    private final DeviceCredentials credentials;
    private final FleetDoorbell kind;
    private final DeviceSettings settings;
    private final SimulatedDisk disk;
    private final NetworkFaults networkFaults;
    private final SignalSource signals;
    private final DeviceFeed feed;
    private final AgentRuntime runtime;
    private final RunCounters counters;
    private final FleetRecovery.Member member;
    private final RetentionWatch retention;
    private final LongSupplier nanos;
    private final SplittableRandom random;
    private volatile long connectedSinceNanos = JournalEntry.NOT_CONNECTED;
    private @Nullable DeviceAgent agent;
    private @Nullable ProcessObserver observer;
    private boolean stopped;

    /**
     * The way between one device and the server, without its faults.
     *
     * @param faults wrap {@code signals} and {@code feed}
     */
    record Network(NetworkFaults faults, SignalSource signals, DeviceFeed feed) {}

    /**
     * What all devices of a run share.
     *
     * @param runtime without an observer
     * @param nanos a monotonic clock
     */
    record Shared(AgentRuntime runtime, RunCounters counters, LongSupplier nanos) {}

    FleetDevice(
            DeviceCredentials credentials,
            FleetDoorbell kind,
            DeviceSettings settings,
            Network network,
            Shared shared,
            FleetRecovery.Member member,
            SplittableRandom random) {
        this.credentials = credentials;
        this.kind = kind;
        this.settings = settings;
        this.runtime = shared.runtime();
        this.counters = shared.counters();
        this.nanos = shared.nanos();
        this.disk = new SimulatedDisk(nanos, () -> connectedSinceNanos);
        this.retention = new RetentionWatch(nanos);
        this.networkFaults = network.faults();
        this.signals = networkFaults.wrap(network.signals());
        this.feed = networkFaults.wrap(member.wrap(retention.wrap(network.feed())));
        this.member = member;
        this.random = random;
    }

    DeviceCredentials credentials() {
        return credentials;
    }

    FleetDoorbell kind() {
        return kind;
    }

    SimulatedDisk disk() {
        return disk;
    }

    NetworkFaults networkFaults() {
        return networkFaults;
    }

    RetentionWatch retention() {
        return retention;
    }

    /** Drops the answers to all requests under way, and closes the connection of a waiting read. */
    void dropRequests() {
        networkFaults.dropAnswersUnderWay();
        feed.cancelFetch();
    }

    boolean isConnected() {
        return connectedSinceNanos != JournalEntry.NOT_CONNECTED;
    }

    /** Starts the device's process from the state on its disk. */
    synchronized void boot() {
        if (stopped || agent != null) {
            return;
        }
        StateStore store = disk.mount();
        ProcessObserver nextObserver = new ProcessObserver();
        DeviceAgent next = new DeviceAgent(
                credentials,
                new Device(settings, load(store), random.split()),
                store,
                signals,
                feed,
                runtime.observedBy(nextObserver));
        observer = nextObserver;
        agent = next;
        next.start();
    }

    private static DeviceState load(StateStore store) {
        try {
            return store.load();
        } catch (IOException impossible) {
            throw new IllegalStateException("a disk in memory", impossible);
        }
    }

    /** Ends the device's process at any point of its work, as a kill does. */
    synchronized void die() {
        if (agent != null) {
            agent.close();
            agent = null;
        }
        if (observer != null) {
            observer.end();
            observer = null;
        }
    }

    /** Whether the device's process runs. */
    synchronized boolean isRunning() {
        return agent != null;
    }

    /** Ends the device's process; {@link #boot} does not start it again. */
    synchronized void stop() {
        stopped = true;
        die();
    }

    /** Counts what one process of the device does, until that process ends. */
    private final class ProcessObserver implements AgentObserver {
        private long reconnectedNanos = NEVER;
        private boolean connected;
        private boolean ended;

        synchronized void end() {
            ended = true;
            disconnected();
        }

        @Override
        public synchronized void subscribed() {
            connected();
        }

        private void connected() {
            if (ended || connected) {
                return;
            }
            connected = true;
            reconnectedNanos = nanos.getAsLong();
            connectedSinceNanos = reconnectedNanos;
            counters.connected.increment();
        }

        @Override
        public synchronized void disconnected(String reason) {
            disconnected();
        }

        private void disconnected() {
            if (connected) {
                connected = false;
                connectedSinceNanos = JournalEntry.NOT_CONNECTED;
                reconnectedNanos = NEVER;
                counters.connected.decrement();
            }
        }

        @Override
        public synchronized void caughtUp() {
            member.caughtUp(connectedSinceNanos);
            if (reconnectedNanos != NEVER) {
                counters.reconcile.record(nanos.getAsLong() - reconnectedNanos);
                reconnectedNanos = NEVER;
            }
        }

        @Override
        public synchronized void fetchStarted() {
            counters.fetches.increment();
            // A device without signals is connected as long as its polls are answered.
            if (!kind.receivesSignals()) {
                connected();
            }
        }

        @Override
        public synchronized void fetchFailed(String reason) {
            if (!kind.receivesSignals()) {
                disconnected();
            }
        }

        @Override
        public void appliedFromSignal(int changes) {
            counters.appliedFromSignals.add(changes);
        }

        @Override
        public void fetchedNothing() {
            counters.fetchesEmpty.increment();
        }

        @Override
        public void safetyPolled(int found) {
            counters.safetyPolls.increment();
            counters.foundBySafetyPolls.add(found);
        }

        @Override
        public void fetchSkipped() {
            counters.fetchesSkipped.increment();
        }

        @Override
        public void snapshotStarted() {
            counters.snapshots.increment();
        }
    }
}
