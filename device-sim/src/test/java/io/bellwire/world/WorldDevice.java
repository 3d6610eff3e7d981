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
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real agent on a virtual network, which delays, loses, repeats and reorders messages, with a store that may fail.
 * One thread.
 */
final class WorldDevice implements SignalSource, DeviceFeed {
    private static final int TRAVEL_MILLIS_MAX = 60;
    private static final int REQUEST_TIMEOUT_MILLIS = 2_000;
    private static final int LATE_MILLIS_MAX = 3_000;
    private static final long RETRY_AFTER_MILLIS = 700;
    private static final FetchResult NO_ANSWER = new FetchResult.Failed(0, "no answer");
    private static final FetchResult TOO_MANY = new FetchResult.Failed(RETRY_AFTER_MILLIS, "too many requests");

    private final WorldNetwork network;
    private final DeviceCredentials credentials;
    private final DeviceSettings settings;
    /** Whether it gets its signals by an event stream, and not by MQTT. */
    private final boolean usesStreams;

    /** Whether it subscribes to the topic of alarms too. */
    private final boolean hasAlarms;

    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private final WorldSecret secret;
    private final Set<DeviceCursor> saved = new HashSet<>();
    private double saveFailures;
    private @Nullable DeviceAgent agent;
    private @Nullable WorldConnection connection;
    private boolean offline;
    private long appliedFromSignals;
    /** The newest revision of the signals that arrived over the present connection. */
    private long heardOf;
    /** No request may come before this time, as the server has answered with Retry-After; ends with the process. */
    private long holdUntilMillis;

    /** @param saveFailures see {@link WorldPlan} */
    WorldDevice(
            WorldNetwork network,
            DeviceId id,
            DeviceSettings settings,
            boolean usesStreams,
            double saveFailures,
            SplittableRandom random) {
        this.network = network;
        this.settings = settings;
        this.usesStreams = usesStreams;
        this.hasAlarms = random.nextBoolean();
        this.credentials = new DeviceCredentials(id, "secret-of-" + id);
        this.saveFailures = saveFailures;
        this.random = random;
        this.secret = new WorldSecret(random.split());
        this.disk = new SimulatedDisk(() -> network.nowMillis() * 1_000_000, () -> 0);
    }

    boolean hasAlarms() {
        return hasAlarms;
    }

    /** Whether it is signalled all changes at once, and not some of them only by reminders. */
    boolean hearsAll() {
        return usesStreams || hasAlarms;
    }

    DeviceId id() {
        return credentials.id();
    }

    SimulatedDisk disk() {
        return disk;
    }

    WorldSecret secret() {
        return secret;
    }

    /** Whether the cursor was ever saved. */
    boolean hasSaved(DeviceCursor cursor) {
        return saved.contains(cursor);
    }

    /** From now on its saves succeed. */
    void saveReliably() {
        saveFailures = 0;
    }

    /** Whether the device uses signals. */
    boolean usesSignals() {
        return settings.doorbell() instanceof Doorbell.Signals;
    }

    boolean isListening() {
        return connection != null && connection.isSubscribed();
    }

    void boot() {
        if (agent != null) {
            return;
        }
        StateStore store = new WorldStore(disk.mount(), this::mayFail, saved::add);
        agent = new DeviceAgent(
                credentials,
                new Device(settings, disk.state(), random.split()),
                store,
                this,
                this,
                new AgentRuntime(network.scheduler(), network.scheduler()::soon)
                        .observedBy(new AppliedStraightCounter()));
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
        WorldConnection old = connection;
        if (old != null) {
            connection = null;
            old.close();
            network.later(random.nextInt(1_500), () -> old.listener().disconnected("cut"));
            if (old.isSubscribed()) {
                network.later(random.nextInt(1_500), () -> network.closed(this, old));
            }
        }
    }

    /** Sends a signal over the connection; it is lost if the device's end is closed. */
    void transmit(WorldConnection on, ReceivedSignal signal) {
        if (!happens(network.faults().signalLoss())) {
            deliver(on, signal);
        }
        if (happens(network.faults().duplicate())) {
            deliver(on, signal);
        }
    }

    private void deliver(WorldConnection on, ReceivedSignal signal) {
        network.later(random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (!on.isClosed()) {
                heardOf = Math.max(heardOf, signal.revision());
                on.listener().signal(signal);
            }
        });
    }

    @Override
    public SignalSubscription connect(DeviceCredentials as, @Nullable DeviceCursor cursor, SignalListener listener) {
        WorldConnection opened = new WorldConnection(network, this, listener, usesStreams, cursor);
        network.later(1 + random.nextInt(TRAVEL_MILLIS_MAX), () -> {
            if (opened.isClosed()) {
                return;
            }
            if (offline || !network.isServerUp() || !network.open(this, opened)) {
                opened.close();
                listener.disconnected("refused");
                return;
            }
            connection = opened;
            heardOf = 0;
            opened.subscribe();
            network.later(random.nextInt(TRAVEL_MILLIS_MAX), () -> {
                if (!opened.isClosed()) {
                    if (!opened.isResumed()) {
                        listener.subscribed();
                    } else {
                        listener.resumed();
                    }
                }
            });
        });
        return () -> {
            opened.close();
            if (connection == opened) {
                connection = null;
                network.closed(this, opened);
            }
        };
    }

    @Override
    public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
        return request(waitMillis, () -> network.page(this, after, waitMillis), NO_ANSWER, TOO_MANY);
    }

    @Override
    public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
        return request(0, () -> network.snapshot(this, next), NO_ANSWER, TOO_MANY);
    }

    @Override
    public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
        return request(
                0,
                () -> network.acknowledge(this, processed),
                new AckResult.Failed(0, "no answer"),
                new AckResult.Failed(RETRY_AFTER_MILLIS, "too many requests"));
    }

    /**
     * Sends a request. The request or its answer may be lost, or the request may arrive after its timeout: the device
     * sees no difference. Now and then the server refuses with Retry-After, which the device must obey.
     */
    private <A> CompletionStage<A> request(
            long waitMillis, Supplier<CompletionStage<A>> question, A noAnswer, A refusal) {
        long now = network.nowMillis();
        if (now < holdUntilMillis) {
            network.observer()
                    .reportViolation(credentials.id() + " sends a request at " + now
                            + " ms, before the end of Retry-After at " + holdUntilMillis);
        }
        DeviceAgent requester = agent;
        CompletableFuture<A> promise = new CompletableFuture<>();
        boolean requestArrives = !offline && !happens(network.faults().signalLoss());
        boolean answerArrives = !happens(network.faults().signalLoss());
        boolean refused = happens(network.faults().signalLoss() / 4);
        boolean isLate = happens(network.faults().signalLoss());
        int travel = isLate
                ? REQUEST_TIMEOUT_MILLIS + random.nextInt(LATE_MILLIS_MAX)
                : 1 + random.nextInt(TRAVEL_MILLIS_MAX);
        network.later(travel, () -> {
            if (requestArrives && network.isServerUp()) {
                CompletionStage<A> answered = refused ? completed(refusal) : question.get();
                var unused = answered.thenAccept(answer -> {
                    if (answerArrives) {
                        network.later(
                                1 + random.nextInt(TRAVEL_MILLIS_MAX),
                                () -> complete(promise, answer, refused ? requester : null));
                    }
                });
            }
        });
        network.later(REQUEST_TIMEOUT_MILLIS + waitMillis, () -> promise.complete(noAnswer));
        return promise;
    }

    private <A> void complete(CompletableFuture<A> promise, A answer, @Nullable DeviceAgent refused) {
        if (promise.complete(answer) && refused != null) {
            long until = network.nowMillis() + RETRY_AFTER_MILLIS;
            // a request of this very moment is sent before the device has seen the refusal
            network.later(1, () -> {
                if (refused == agent) {
                    holdUntilMillis = until;
                }
            });
        }
    }

    private static <A> CompletionStage<A> completed(A answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private boolean mayFail() {
        return happens(saveFailures);
    }

    /** Draws from the chances of this device. */
    boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** The newest revision of the signals that arrived over the present connection. */
    long heardOf() {
        return heardOf;
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
}
