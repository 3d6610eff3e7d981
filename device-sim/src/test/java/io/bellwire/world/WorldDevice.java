package io.bellwire.world;

import io.bellwire.device.AckAnswer;
import io.bellwire.device.Answer;
import io.bellwire.device.Cursor;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceId;
import io.bellwire.device.Signal;
import io.bellwire.fleet.Disk;
import io.bellwire.net.AgentWatch;
import io.bellwire.net.DeviceAgent;
import io.bellwire.net.Feed;
import io.bellwire.net.Identity;
import io.bellwire.net.SignalSource;
import io.bellwire.state.StateStore;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real agent on a virtual network: what is sent takes its time, and may be lost, doubled or overtaken. One thread. */
final class WorldDevice implements SignalSource, Feed {
    private static final int TRAVEL_MILLIS_MAX = 60;
    private static final int PATIENCE_MILLIS = 2_000;

    private final World world;
    private final Identity who;
    private final SplittableRandom random;
    private final Disk disk;
    private @Nullable DeviceAgent agent;
    private @Nullable Connection connection;
    private boolean offline;

    WorldDevice(World world, DeviceId id, SplittableRandom random) {
        this.world = world;
        this.who = new Identity(id, "secret-of-" + id);
        this.random = random;
        this.disk = new Disk(() -> world.scheduler().nowMillis() * 1_000_000, () -> 0);
    }

    DeviceId id() {
        return who.id();
    }

    Disk disk() {
        return disk;
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
                    new Device(World.SETTINGS, store.load(), random.split()),
                    store,
                    this,
                    this,
                    world.scheduler(),
                    world.scheduler()::soon,
                    AgentWatch.NONE);
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

    private void carry(Connection on, Signal signal) {
        if (!happens(world.faults().signalLoss())) {
            deliver(on, signal);
        }
        if (happens(world.faults().duplicate())) {
            deliver(on, signal);
        }
    }

    private void deliver(Connection on, Signal signal) {
        world.later(random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (!on.gone) {
                on.ear.heard(signal);
            }
        });
    }

    @Override
    public Call dial(Identity as, @Nullable Cursor place, Ear ear) {
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
    public CompletionStage<Answer> page(@Nullable Cursor after, long waitMillis) {
        return ask(() -> world.page(this, after), new Answer.Failed(0, "no answer"));
    }

    @Override
    public CompletionStage<Answer> snapshot(@Nullable String next) {
        return ask(() -> world.snapshot(this, next), new Answer.Failed(0, "no answer"));
    }

    @Override
    public CompletionStage<AckAnswer> acknowledge(Cursor processed) {
        return ask(() -> world.acknowledge(this, processed), new AckAnswer.Failed(0, "no answer"));
    }

    /** A request may be lost on its way there, or its answer on the way back: the asker sees no difference. */
    private <A> CompletionStage<A> ask(Supplier<A> question, A silence) {
        CompletableFuture<A> promise = new CompletableFuture<>();
        boolean goesOut = !offline && !happens(world.faults().signalLoss());
        boolean comesBack = !happens(world.faults().signalLoss());
        world.later(1 + random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (goesOut && world.isServerUp()) {
                A answer = question.get();
                if (comesBack) {
                    world.later(1 + random.nextInt(TRAVEL_MILLIS_MAX), () -> promise.complete(answer));
                }
            }
        });
        world.later(PATIENCE_MILLIS, () -> promise.complete(silence));
        return promise;
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    @Override
    public void close() {}

    /** One connection, as both of its ends see it. */
    final class Connection {
        private final Ear ear;
        private boolean subscribed;
        private boolean gone;

        private Connection(Ear ear) {
            this.ear = ear;
        }

        /** Takes a signal on its way, which leads nowhere if the other end is gone. */
        void carry(Signal signal) {
            WorldDevice.this.carry(this, signal);
        }
    }
}
