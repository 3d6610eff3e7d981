package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;

import io.bellwire.device.AckResult;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.net.AgentObserver;
import io.bellwire.device.net.AgentRuntime;
import io.bellwire.device.net.DeviceAgent;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.DeviceFeed;
import io.bellwire.device.net.SignalListener;
import io.bellwire.device.net.SignalSource;
import io.bellwire.device.net.SignalSubscription;
import io.bellwire.device.net.Timers;
import io.bellwire.device.state.StateStore;
import io.bellwire.fleet.JournalEntry;
import io.bellwire.fleet.SimulatedDisk;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real agent whose process can be killed at a chosen point, whose network loses signals, and whose fetches and signals
 * are counted.
 */
final class KillableDevice {
    final AtomicInteger subscriptions = new AtomicInteger();
    final AtomicInteger fetches = new AtomicInteger();
    final AtomicInteger fetchesSkipped = new AtomicInteger();
    /** The revisions of all signals that arrived, including those that were then lost before the agent. */
    final List<Long> receivedRevisions = new CopyOnWriteArrayList<>();

    private final DeviceCredentials credentials;
    private final SimulatedDisk disk;
    private final SignalSource signals;
    private final DeviceFeed feed;
    private final Timers timers;
    private final Executor pool;
    private final AtomicInteger signalsToLose = new AtomicInteger();
    private @Nullable DeviceAgent agent;
    private KillPoint killPoint = KillPoint.NONE;

    /** The point at which the process is killed. */
    enum KillPoint {
        NONE,
        /** After it has read a page, before it has saved it. */
        BEFORE_SAVE,
        /** After it has saved, before it has acknowledged. */
        BEFORE_ACK
    }

    KillableDevice(DeviceCredentials credentials, SignalSource signals, DeviceFeed feed, Timers timers, Executor pool) {
        this(
                credentials,
                new SimulatedDisk(System::nanoTime, () -> JournalEntry.NOT_CONNECTED),
                signals,
                feed,
                timers,
                pool);
    }

    KillableDevice(
            DeviceCredentials credentials,
            SimulatedDisk disk,
            SignalSource signals,
            DeviceFeed feed,
            Timers timers,
            Executor pool) {
        this.credentials = credentials;
        this.disk = disk;
        this.signals = signals;
        this.feed = feed;
        this.timers = timers;
        this.pool = pool;
    }

    DeviceCredentials credentials() {
        return credentials;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Starts the process from its saved state; returns once it is subscribed. */
    KillableDevice boot() {
        int before = subscriptions.get();
        start();
        await().until(() -> subscriptions.get() > before);
        return this;
    }

    private synchronized void start() {
        StateStore store = disk.mount();
        try {
            agent = new DeviceAgent(
                    credentials,
                    new Device(DevicePool.SIGNALS_ONLY, store.load(), new Random(1)),
                    store,
                    new LossySignals(),
                    new KillingFeed(),
                    new AgentRuntime(timers, pool).observedBy(new CountingObserver()));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        agent.start();
    }

    synchronized void kill() {
        killPoint = KillPoint.NONE;
        if (agent != null) {
            agent.close();
            agent = null;
        }
    }

    synchronized boolean isKilled() {
        return agent == null;
    }

    synchronized void killAt(KillPoint point) {
        killPoint = point;
    }

    private synchronized boolean killIfAt(KillPoint point) {
        boolean reached = killPoint == point;
        if (reached) {
            kill();
        }
        return reached;
    }

    void loseSignals(int count) {
        signalsToLose.set(count);
    }

    int signalsStillToLose() {
        return signalsToLose.get();
    }

    /** The orders that took effect, in that order. */
    List<String> applied() {
        return disk.journal().stream()
                .filter(entry -> entry.kind() == JournalEntry.Kind.APPLIED)
                .map(JournalEntry::orderId)
                .toList();
    }

    private final class LossySignals implements SignalSource {
        @Override
        public SignalSubscription connect(
                DeviceCredentials as, @Nullable DeviceCursor cursor, SignalListener listener) {
            return signals.connect(as, cursor, new SignalListener() {
                @Override
                public void subscribed() {
                    listener.subscribed();
                }

                @Override
                public void signal(ReceivedSignal signal) {
                    receivedRevisions.add(signal.revision());
                    if (signalsToLose.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                        listener.signal(signal);
                    }
                }

                @Override
                public void disconnected(String reason) {
                    listener.disconnected(reason);
                }
            });
        }

        @Override
        public void close() {}
    }

    /** Kills the process at its kill point; the page or acknowledgement under way is lost. */
    private final class KillingFeed implements DeviceFeed {
        @Override
        public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
            return feed.fetchPage(after, waitMillis).thenCompose(answer -> {
                boolean hasNews = answer instanceof FetchResult.Page page
                        && !page.changes().isEmpty();
                return hasNews && killIfAt(KillPoint.BEFORE_SAVE)
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture(answer);
            });
        }

        @Override
        public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
            return feed.fetchSnapshot(next);
        }

        @Override
        public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
            return killIfAt(KillPoint.BEFORE_ACK) ? new CompletableFuture<>() : feed.acknowledge(processed);
        }
    }

    private final class CountingObserver implements AgentObserver {
        @Override
        public void subscribed() {
            subscriptions.incrementAndGet();
        }

        @Override
        public void fetchStarted() {
            fetches.incrementAndGet();
        }

        @Override
        public void fetchSkipped() {
            fetchesSkipped.incrementAndGet();
        }
    }
}
