package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;

import io.bellwire.device.AckResult;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.fleet.JournalEntry;
import io.bellwire.fleet.SimulatedDisk;
import io.bellwire.net.AgentWatch;
import io.bellwire.net.DeviceAgent;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.DeviceFeed;
import io.bellwire.net.SignalSource;
import io.bellwire.net.Timers;
import io.bellwire.state.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real agent whose process can die at a chosen moment, whose last metre loses signals, and which is watched. */
final class FieldDevice {
    final AtomicInteger listening = new AtomicInteger();
    final AtomicInteger polls = new AtomicInteger();
    final AtomicInteger pollsSkipped = new AtomicInteger();
    /** The revisions that the network has brought, those that were lost on the last metre included. */
    final List<Long> rung = new CopyOnWriteArrayList<>();

    private final DeviceCredentials who;
    private final SimulatedDisk disk;
    private final SignalSource signals;
    private final DeviceFeed feed;
    private final Timers timers;
    private final Executor pool;
    private final AtomicInteger signalsToLose = new AtomicInteger();
    private @Nullable DeviceAgent agent;
    private Death death = Death.NONE;

    /** Between which two instructions the process dies. */
    enum Death {
        NONE,
        /** It has read a page and has not saved it. */
        BEFORE_SAVE,
        /** It has saved and has not acknowledged. */
        BEFORE_ACK
    }

    FieldDevice(DeviceCredentials who, SignalSource signals, DeviceFeed feed, Timers timers, Executor pool) {
        this(who, new SimulatedDisk(System::nanoTime, () -> JournalEntry.NOT_CONNECTED), signals, feed, timers, pool);
    }

    FieldDevice(
            DeviceCredentials who,
            SimulatedDisk disk,
            SignalSource signals,
            DeviceFeed feed,
            Timers timers,
            Executor pool) {
        this.who = who;
        this.disk = disk;
        this.signals = signals;
        this.feed = feed;
        this.timers = timers;
        this.pool = pool;
    }

    DeviceCredentials who() {
        return who;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Starts its process from what is saved; returns once it listens. */
    FieldDevice boot() {
        int before = listening.get();
        start();
        await().until(() -> listening.get() > before);
        return this;
    }

    private synchronized void start() {
        StateStore store = disk.mount();
        try {
            agent = new DeviceAgent(
                    who,
                    new Device(Site.BELL_ALONE, store.load(), new Random(1)),
                    store,
                    new LossySignals(),
                    new MortalFeed(),
                    timers,
                    pool,
                    new Watch());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        agent.start();
    }

    synchronized void kill() {
        death = Death.NONE;
        if (agent != null) {
            agent.close();
            agent = null;
        }
    }

    synchronized boolean isDead() {
        return agent == null;
    }

    synchronized void dieAt(Death moment) {
        death = moment;
    }

    private synchronized boolean diesAt(Death moment) {
        boolean now = death == moment;
        if (now) {
            kill();
        }
        return now;
    }

    void loseSignals(int count) {
        signalsToLose.set(count);
    }

    int signalsStillToLose() {
        return signalsToLose.get();
    }

    /** The orders that took effect, in the order in which they did. */
    List<String> applied() {
        return disk.journal().stream()
                .filter(entry -> entry.kind() == JournalEntry.Kind.APPLIED)
                .map(JournalEntry::orderId)
                .toList();
    }

    private final class LossySignals implements SignalSource {
        @Override
        public Call dial(DeviceCredentials as, @Nullable DeviceCursor place, Ear ear) {
            return signals.dial(as, place, new Ear() {
                @Override
                public void listening() {
                    ear.listening();
                }

                @Override
                public void heard(ReceivedSignal signal) {
                    rung.add(signal.revision());
                    if (signalsToLose.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                        ear.heard(signal);
                    }
                }

                @Override
                public void cut(String why) {
                    ear.cut(why);
                }
            });
        }

        @Override
        public void close() {}
    }

    /** What the dead would have heard or said is lost. */
    private final class MortalFeed implements DeviceFeed {
        @Override
        public CompletionStage<FetchResult> page(@Nullable DeviceCursor after, long waitMillis) {
            return feed.page(after, waitMillis).thenCompose(answer -> {
                boolean hasNews = answer instanceof FetchResult.Page page
                        && !page.changes().isEmpty();
                return hasNews && diesAt(Death.BEFORE_SAVE)
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture(answer);
            });
        }

        @Override
        public CompletionStage<FetchResult> snapshot(@Nullable String next) {
            return feed.snapshot(next);
        }

        @Override
        public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
            return diesAt(Death.BEFORE_ACK) ? new CompletableFuture<>() : feed.acknowledge(processed);
        }
    }

    private final class Watch implements AgentWatch {
        @Override
        public void listening() {
            listening.incrementAndGet();
        }

        @Override
        public void polled() {
            polls.incrementAndGet();
        }

        @Override
        public void pollSkipped() {
            pollsSkipped.incrementAndGet();
        }
    }
}
