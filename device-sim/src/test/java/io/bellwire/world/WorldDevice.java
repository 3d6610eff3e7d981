package io.bellwire.world;

import io.bellwire.device.AckResult;
import io.bellwire.device.Device;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.Doorbell;
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
import io.bellwire.device.state.StateStore;
import io.bellwire.fleet.SimulatedDisk;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real agent on a virtual network, which delays, loses, repeats and reorders messages. One thread. */
final class WorldDevice implements SignalSource, DeviceFeed {
    private static final int TRAVEL_MILLIS_MAX = 60;
    private static final int REQUEST_TIMEOUT_MILLIS = 2_000;
    private static final int LATE_MILLIS_MAX = 3_000;
    private static final long RETRY_AFTER_MILLIS = 700;
    private static final FetchResult NO_ANSWER = new FetchResult.Failed(0, "no answer");
    private static final FetchResult TOO_MANY = new FetchResult.Failed(RETRY_AFTER_MILLIS, "too many requests");

    private final World world;
    private final DeviceCredentials credentials;
    private final DeviceSettings settings;
    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private @Nullable DeviceAgent agent;
    private @Nullable Connection connection;
    private boolean offline;
    private long appliedFromSignals;
    /** No request may come before this time, as the server has answered with Retry-After; ends with the process. */
    private long holdUntilMillis;

    WorldDevice(World world, DeviceId id, DeviceSettings settings, SplittableRandom random) {
        this.settings = settings;
        this.world = world;
        this.credentials = new DeviceCredentials(id, "secret-of-" + id);
        this.random = random;
        this.disk = new SimulatedDisk(() -> world.scheduler().nowMillis() * 1_000_000, () -> 0);
    }

    DeviceId id() {
        return credentials.id();
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Whether the device uses signals. */
    boolean usesSignals() {
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
                    credentials,
                    new Device(settings, store.load(), random.split()),
                    store,
                    this,
                    this,
                    new AgentRuntime(world.scheduler(), world.scheduler()::soon)
                            .observedBy(new AppliedStraightCounter()));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        agent.start();
    }

    /** Kills the process; the server notices that late. */
    void kill() {
        if (agent != null) {
            agent.close();
            agent = null;
            holdUntilMillis = 0;
        }
        cut();
    }

    void setOffline(boolean down) {
        offline = down;
        if (down) {
            cut();
        }
    }

    /** Cuts the connection; each end notices that after its own delay. */
    void cut() {
        Connection old = connection;
        if (old != null) {
            connection = null;
            old.closed = true;
            world.later(random.nextInt(1_500), () -> old.listener.disconnected("cut"));
            if (old.subscribed) {
                world.later(random.nextInt(1_500), () -> world.disconnected(this, old));
            }
        }
    }

    private void transmit(Connection on, ReceivedSignal signal) {
        if (!happens(world.faults().signalLoss())) {
            deliver(on, signal);
        }
        if (happens(world.faults().duplicate())) {
            deliver(on, signal);
        }
    }

    private void deliver(Connection on, ReceivedSignal signal) {
        world.later(random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (!on.closed) {
                on.listener.signal(signal);
            }
        });
    }

    @Override
    public SignalSubscription connect(DeviceCredentials as, @Nullable DeviceCursor cursor, SignalListener listener) {
        Connection opened = new Connection(listener);
        world.later(1 + random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (opened.closed) {
                return;
            }
            if (offline || !world.isServerUp()) {
                opened.closed = true;
                listener.disconnected("refused");
                return;
            }
            connection = opened;
            opened.subscribed = true;
            world.subscribed(this, opened);
            world.later(random.nextInt(TRAVEL_MILLIS_MAX), () -> {
                if (!opened.closed) {
                    listener.subscribed();
                }
            });
        });
        return () -> {
            opened.closed = true;
            if (connection == opened) {
                connection = null;
                world.disconnected(this, opened);
            }
        };
    }

    @Override
    public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
        return request(waitMillis, () -> world.page(this, after, waitMillis), NO_ANSWER, TOO_MANY);
    }

    @Override
    public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
        return request(0, () -> completed(world.snapshot(this, next)), NO_ANSWER, TOO_MANY);
    }

    @Override
    public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
        return request(
                0,
                () -> completed(world.acknowledge(this, processed)),
                new AckResult.Failed(0, "no answer"),
                new AckResult.Failed(RETRY_AFTER_MILLIS, "too many requests"));
    }

    /**
     * Sends a request. The request or its answer may be lost, or the request may arrive after its timeout: the device
     * sees no difference. Now and then the server refuses with Retry-After, which the device must obey.
     */
    private <A> CompletionStage<A> request(
            long waitMillis, Supplier<CompletionStage<A>> question, A noAnswer, A refusal) {
        long now = world.scheduler().nowMillis();
        if (now < holdUntilMillis) {
            world.observer()
                    .reportViolation(credentials.id() + " sends a request at " + now
                            + " ms, before the end of Retry-After at " + holdUntilMillis);
        }
        DeviceAgent requester = agent;
        CompletableFuture<A> promise = new CompletableFuture<>();
        boolean requestArrives = !offline && !happens(world.faults().signalLoss());
        boolean answerArrives = !happens(world.faults().signalLoss());
        boolean refused = happens(world.faults().signalLoss() / 4);
        boolean isLate = happens(world.faults().signalLoss());
        int travel = isLate
                ? REQUEST_TIMEOUT_MILLIS + random.nextInt(LATE_MILLIS_MAX)
                : 1 + random.nextInt(TRAVEL_MILLIS_MAX);
        world.later(travel, () -> {
            if (requestArrives && world.isServerUp()) {
                CompletionStage<A> answered = refused ? completed(refusal) : question.get();
                var unused = answered.thenAccept(answer -> {
                    if (answerArrives) {
                        world.later(
                                1 + random.nextInt(TRAVEL_MILLIS_MAX),
                                () -> complete(promise, answer, refused ? requester : null));
                    }
                });
            }
        });
        world.later(REQUEST_TIMEOUT_MILLIS + waitMillis, () -> promise.complete(noAnswer));
        return promise;
    }

    private <A> void complete(CompletableFuture<A> promise, A answer, @Nullable DeviceAgent refused) {
        if (promise.complete(answer) && refused != null) {
            long until = world.scheduler().nowMillis() + RETRY_AFTER_MILLIS;
            // a request of this very moment is sent before the device has seen the refusal
            world.later(1, () -> {
                if (refused == agent) {
                    holdUntilMillis = until;
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

    /** How many changes took effect directly from a signal. */
    long appliedFromSignals() {
        return appliedFromSignals;
    }

    @Override
    public void close() {}

    private final class AppliedStraightCounter implements AgentObserver {
        @Override
        public void appliedFromSignal(int changes) {
            appliedFromSignals += changes;
        }
    }

    /** One connection, with the state of both its ends. */
    final class Connection {
        private final SignalListener listener;
        private boolean subscribed;
        private boolean closed;

        private Connection(SignalListener listener) {
            this.listener = listener;
        }

        /** Sends a signal over this connection; it is lost if the device's end is closed. */
        void transmit(ReceivedSignal signal) {
            WorldDevice.this.transmit(this, signal);
        }
    }
}
