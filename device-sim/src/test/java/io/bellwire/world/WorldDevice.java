package io.bellwire.world;

import io.bellwire.device.AckResult;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.Doorbell;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.fleet.SimulatedDisk;
import io.bellwire.net.AgentWatch;
import io.bellwire.net.DeviceAgent;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.DeviceFeed;
import io.bellwire.net.SignalSource;
import io.bellwire.state.StateStore;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real agent on a virtual network: what is sent takes its time, and may be lost, doubled or overtaken. One thread. */
final class WorldDevice implements SignalSource, DeviceFeed {
    private static final int TRAVEL_MILLIS_MAX = 60;
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int LATE_MILLIS_MAX = 3_000;
    private static final long SPARE_MILLIS = 700;
    private static final FetchResult NO_ANSWER = new FetchResult.Failed(0, "no answer");
    private static final FetchResult TOO_MANY = new FetchResult.Failed(SPARE_MILLIS, "too many requests");

    private final World world;
    private final DeviceCredentials who;
    private final DeviceSettings settings;
    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private @Nullable DeviceAgent agent;
    private @Nullable Connection connection;
    private boolean offline;
    private long straight;
    /** The process remembers that it was asked to be patient, and forgets it when it dies. */
    private long spareUntilMillis;

    WorldDevice(World world, DeviceId id, DeviceSettings settings, SplittableRandom random) {
        this.settings = settings;
        this.world = world;
        this.who = new DeviceCredentials(id, "secret-of-" + id);
        this.random = random;
        this.disk = new SimulatedDisk(() -> world.scheduler().nowMillis() * 1_000_000, () -> 0);
    }

    DeviceId id() {
        return who.id();
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Whether signals are what it learns of news by. */
    boolean listens() {
        return settings.doorbell() instanceof Doorbell.Signals;
    }

    boolean isListening() {
        return connection != null && connection.subscribed;
    }

    void boot() {
        if (agent != null) {
            return;
        }
        StateStore store = disk.mount();
        try {
            agent = new DeviceAgent(
                    who,
                    new Device(settings, store.load(), random.split()),
                    store,
                    this,
                    this,
                    world.scheduler(),
                    world.scheduler()::soon,
                    new Watch());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        agent.start();
    }

    /** The process is gone; the server learns of it late. */
    void die() {
        if (agent != null) {
            agent.close();
            agent = null;
            spareUntilMillis = 0;
        }
        cut();
    }

    void offline(boolean down) {
        offline = down;
        if (down) {
            cut();
        }
    }

    /** Both ends learn that the connection is gone, each when it does. */
    void cut() {
        Connection old = connection;
        if (old != null) {
            connection = null;
            old.gone = true;
            world.later(random.nextInt(1_500), () -> old.ear.cut("cut"));
            if (old.subscribed) {
                world.later(random.nextInt(1_500), () -> world.disconnected(this, old));
            }
        }
    }

    private void carry(Connection on, ReceivedSignal signal) {
        if (!happens(world.faults().signalLoss())) {
            deliver(on, signal);
        }
        if (happens(world.faults().duplicate())) {
            deliver(on, signal);
        }
    }

    private void deliver(Connection on, ReceivedSignal signal) {
        world.later(random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (!on.gone) {
                on.ear.heard(signal);
            }
        });
    }

    @Override
    public Call dial(DeviceCredentials as, @Nullable DeviceCursor place, Ear ear) {
        Connection dialled = new Connection(ear);
        world.later(1 + random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (dialled.gone) {
                return;
            }
            if (offline || !world.isServerUp()) {
                dialled.gone = true;
                ear.cut("refused");
                return;
            }
            connection = dialled;
            dialled.subscribed = true;
            world.subscribed(this, dialled);
            world.later(random.nextInt(TRAVEL_MILLIS_MAX), () -> {
                if (!dialled.gone) {
                    ear.listening();
                }
            });
        });
        return () -> {
            dialled.gone = true;
            if (connection == dialled) {
                connection = null;
                world.disconnected(this, dialled);
            }
        };
    }

    @Override
    public CompletionStage<FetchResult> page(@Nullable DeviceCursor after, long waitMillis) {
        return ask(waitMillis, () -> world.page(this, after, waitMillis), NO_ANSWER, TOO_MANY);
    }

    @Override
    public CompletionStage<FetchResult> snapshot(@Nullable String next) {
        return ask(0, () -> completed(world.snapshot(this, next)), NO_ANSWER, TOO_MANY);
    }

    @Override
    public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
        return ask(
                0,
                () -> completed(world.acknowledge(this, processed)),
                new AckResult.Failed(0, "no answer"),
                new AckResult.Failed(SPARE_MILLIS, "too many requests"));
    }

    /**
     * A request may be lost on its way there, or its answer on the way back, or it may arrive when it was given up long
     * ago: the asker sees no difference. Now and then the server asks to be spared, and must be.
     */
    private <A> CompletionStage<A> ask(long waitMillis, Supplier<CompletionStage<A>> question, A silence, A refusal) {
        long now = world.scheduler().nowMillis();
        if (now < spareUntilMillis) {
            world.witness().accuse(who.id() + " asks at " + now + " ms though asked to wait until " + spareUntilMillis);
        }
        DeviceAgent asker = agent;
        CompletableFuture<A> promise = new CompletableFuture<>();
        boolean goesOut = !offline && !happens(world.faults().signalLoss());
        boolean comesBack = !happens(world.faults().signalLoss());
        boolean refused = happens(world.faults().signalLoss() / 4);
        boolean isLate = happens(world.faults().signalLoss());
        int travel = isLate ? PATIENCE_MILLIS + random.nextInt(LATE_MILLIS_MAX) : 1 + random.nextInt(TRAVEL_MILLIS_MAX);
        world.later(travel, () -> {
            if (goesOut && world.isServerUp()) {
                CompletionStage<A> asked = refused ? completed(refusal) : question.get();
                var unused = asked.thenAccept(answer -> {
                    if (comesBack) {
                        world.later(
                                1 + random.nextInt(TRAVEL_MILLIS_MAX),
                                () -> comeBack(promise, answer, refused ? asker : null));
                    }
                });
            }
        });
        world.later(PATIENCE_MILLIS + waitMillis, () -> promise.complete(silence));
        return promise;
    }

    private <A> void comeBack(CompletableFuture<A> promise, A answer, @Nullable DeviceAgent refused) {
        if (promise.complete(answer) && refused != null) {
            long until = world.scheduler().nowMillis() + SPARE_MILLIS;
            // what the device is doing this very moment it does without knowing
            world.later(1, () -> {
                if (refused == agent) {
                    spareUntilMillis = until;
                }
            });
        }
    }

    private static <A> CompletionStage<A> completed(A answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** How many changes took effect straight from a signal. */
    long straight() {
        return straight;
    }

    @Override
    public void close() {}

    private final class Watch implements AgentWatch {
        @Override
        public void appliedStraight(int changes) {
            straight += changes;
        }
    }

    /** One connection, as both of its ends see it. */
    final class Connection {
        private final Ear ear;
        private boolean subscribed;
        private boolean gone;

        private Connection(Ear ear) {
            this.ear = ear;
        }

        /** Takes a signal on its way, which leads nowhere if the other end is gone. */
        void carry(ReceivedSignal signal) {
            WorldDevice.this.carry(this, signal);
        }
    }
}
