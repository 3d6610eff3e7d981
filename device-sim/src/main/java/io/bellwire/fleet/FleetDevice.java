package io.bellwire.fleet;

import io.bellwire.device.Device;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.DeviceState;
import io.bellwire.net.AgentWatch;
import io.bellwire.net.DeviceAgent;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.DeviceFeed;
import io.bellwire.net.SignalSource;
import io.bellwire.net.Timers;
import io.bellwire.state.StateStore;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One device of a fleet: its disk and its network outlive its process, which can die and start again. Thread-safe. */
public final class FleetDevice {
    private static final long NEVER = Long.MIN_VALUE;

    private final DeviceCredentials who;
    private final FleetDoorbell kind;
    private final DeviceSettings settings;
    private final SimulatedDisk disk;
    private final NetworkFaults weather;
    private final SignalSource signals;
    private final DeviceFeed feed;
    private final Timers timers;
    private final Executor pool;
    private final RunCounters tally;
    private final FleetRecovery.Member member;
    private final RetentionWatch retention;
    private final LongSupplier nanos;
    private final SplittableRandom random;
    private volatile long connectedSinceNanos = JournalEntry.NOT_CONNECTED;
    private @Nullable DeviceAgent agent;
    private @Nullable Watch watch;
    private boolean stopped;

    FleetDevice(
            DeviceCredentials who,
            FleetDoorbell kind,
            DeviceSettings settings,
            NetworkFaults weather,
            SignalSource signals,
            DeviceFeed feed,
            Timers timers,
            Executor pool,
            RunCounters tally,
            FleetRecovery.Member member,
            LongSupplier nanos,
            SplittableRandom random) {
        this.who = who;
        this.kind = kind;
        this.settings = settings;
        this.disk = new SimulatedDisk(nanos, () -> connectedSinceNanos);
        this.weather = weather;
        this.signals = weather.over(signals);
        this.retention = new RetentionWatch(nanos);
        this.feed = weather.over(member.over(retention.over(feed)));
        this.timers = timers;
        this.pool = pool;
        this.tally = tally;
        this.member = member;
        this.nanos = nanos;
        this.random = random;
    }

    DeviceCredentials who() {
        return who;
    }

    FleetDoorbell kind() {
        return kind;
    }

    SimulatedDisk disk() {
        return disk;
    }

    NetworkFaults weather() {
        return weather;
    }

    RetentionWatch retention() {
        return retention;
    }

    /** What it has asked for gets no answer, and what it waits for is gone. */
    void storm() {
        weather.storm();
        feed.hangUp();
    }

    boolean isConnected() {
        return connectedSinceNanos != JournalEntry.NOT_CONNECTED;
    }

    /** Starts the device's process, with what its disk has. */
    synchronized void boot() {
        if (stopped || agent != null) {
            return;
        }
        StateStore store = disk.mount();
        Watch ownWatch = new Watch();
        DeviceAgent next = new DeviceAgent(
                who, new Device(settings, load(store), random.split()), store, signals, feed, timers, pool, ownWatch);
        watch = ownWatch;
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

    /** Ends the device's process between two instructions of its. */
    synchronized void die() {
        if (agent != null) {
            agent.close();
            agent = null;
        }
        if (watch != null) {
            watch.over();
            watch = null;
        }
    }

    /** Whether the device's process runs. */
    synchronized boolean isRunning() {
        return agent != null;
    }

    /** Dies for good. */
    synchronized void stop() {
        stopped = true;
        die();
    }

    /** Counts for one process of the device, and falls silent with it. */
    private final class Watch implements AgentWatch {
        private long reconnectedNanos = NEVER;
        private boolean connected;
        private boolean over;

        synchronized void over() {
            over = true;
            disconnected();
        }

        @Override
        public synchronized void listening() {
            connected();
        }

        private void connected() {
            if (over || connected) {
                return;
            }
            connected = true;
            reconnectedNanos = nanos.getAsLong();
            connectedSinceNanos = reconnectedNanos;
            tally.connected.increment();
        }

        @Override
        public synchronized void cut(String why) {
            disconnected();
        }

        private void disconnected() {
            if (connected) {
                connected = false;
                connectedSinceNanos = JournalEntry.NOT_CONNECTED;
                reconnectedNanos = NEVER;
                tally.connected.decrement();
            }
        }

        @Override
        public synchronized void caughtUp() {
            member.caughtUp(connectedSinceNanos);
            if (reconnectedNanos != NEVER) {
                tally.reconcile.record(nanos.getAsLong() - reconnectedNanos);
                reconnectedNanos = NEVER;
            }
        }

        @Override
        public synchronized void polled() {
            tally.polls.increment();
            // Who is not rung is in touch as long as its questions are answered.
            if (!kind.isRung()) {
                connected();
            }
        }

        @Override
        public synchronized void pollFailed(String why) {
            if (!kind.isRung()) {
                disconnected();
            }
        }

        @Override
        public void appliedStraight(int changes) {
            tally.appliedStraight.add(changes);
        }

        @Override
        public void polledInVain() {
            tally.pollsEmpty.increment();
        }

        @Override
        public void safetyPolled(int found) {
            tally.safetyPolls.increment();
            tally.unannounced.add(found);
        }

        @Override
        public void pollSkipped() {
            tally.pollsSkipped.increment();
        }

        @Override
        public void snapshotBegun() {
            tally.snapshots.increment();
        }
    }
}
