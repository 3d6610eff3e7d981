package io.bellwire.world;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.Doorbell;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.VerificationResult;
import io.bellwire.fleet.Verifier;
import io.bellwire.segment.MemoryFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Devices, a network, a server and its bridge under virtual time, all drawn from one seed. First there are orders and
 * faults; then the faults end, and all devices must converge. Devices, log and bridge are the product's own. One
 * thread.
 */
final class World implements AutoCloseable {
    /** A safety poll would hide missing signals: none falls into a run. */
    private static final DeviceSettings SIGNALLED = new DeviceSettings(3_600_000, 1_000, 100, 5_000);
    /** A device that is ahead of a log that has lost its end ignores the signals: its safety poll notices the loss. */
    private static final DeviceSettings SIGNALLED_WITH_SAFETY_POLL = new DeviceSettings(40_000, 1_000, 100, 5_000);

    private static final DeviceSettings LONG_POLLING = SIGNALLED.with(new Doorbell.LongPoll(5_000));
    private static final DeviceSettings POLLING = SIGNALLED.with(new Doorbell.Poll(3_000));

    private static final long FAULTS_MILLIS = 30_000;
    /** Twice the longest pause of the bridge between two reminders. */
    private static final long HEAL_MILLIS = 120_000;

    private static final int TICK_MILLIS = 100;
    private static final long FLUSH_MILLIS = 1_000;
    private static final long RETENTION_MILLIS = 3_000;
    private static final double KILLS_PER_SECOND = 0.05;

    /** The recipes that the routes file distinguishes. */
    private static final List<String> RECIPES = List.of("plain", "listed", "urgent");

    /** What makes cursors of devices invalid, once or repeatedly. */
    enum CursorLoss {
        NONE,
        /** Once, the log is restored from an older backup, with a new epoch. */
        RESTORE,
        /**
         * The same without a new epoch, as when files are copied back by hand, or unsynced writes are lost in a power
         * cut.
         */
        LOST_END,
        /** Changes are kept only for a few seconds. */
        RETENTION
    }

    private final long seed;
    private final SplittableRandom random;
    private final BridgeOptions options;
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final ExpectedState expected = new ExpectedState();
    private final WorldObserver observer = new WorldObserver();
    private final Map<String, WorldDevice> devices = new LinkedHashMap<>();
    private final Map<WorldDevice, WorldDevice.Connection> brokerConnections = new LinkedHashMap<>();
    private final List<WorldDevice> all;
    private FaultRates faults;
    private final CursorLoss cursorLoss;
    private final WorldLog log;
    private @Nullable WorldServer server;
    private long orders;

    World(long seed, FaultRates faults, int deviceCount, CursorLoss cursorLoss, BridgeOptions options) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.log = new WorldLog(scheduler, random.split());
        this.faults = faults;
        this.cursorLoss = cursorLoss;
        this.options = options;
        for (int i = 0; i < deviceCount; i++) {
            DeviceId id = new DeviceId("device-" + i);
            devices.put(
                    id.value(), new WorldDevice(this, id, settings(random.nextInt(10), cursorLoss), random.split()));
        }
        all = List.copyOf(devices.values());
    }

    private static DeviceSettings settings(int draw, CursorLoss cursorLoss) {
        return switch (draw) {
            case 0 -> LONG_POLLING;
            case 1 -> POLLING;
            default -> cursorLoss == CursorLoss.LOST_END ? SIGNALLED_WITH_SAFETY_POLL : SIGNALLED;
        };
    }

    VirtualScheduler scheduler() {
        return scheduler;
    }

    FaultRates faults() {
        return faults;
    }

    boolean isServerUp() {
        return server != null;
    }

    void later(long millis, Runnable task) {
        var unused = scheduler.after(millis, task);
    }

    /** Runs the world. Returns null if it converged; otherwise what is wrong and how to repeat it. */
    @Nullable String run() {
        startServer();
        all.forEach(device -> later(random.nextInt(2_000), device::boot));
        tick();
        if (cursorLoss == CursorLoss.RESTORE || cursorLoss == CursorLoss.LOST_END) {
            later(random.nextInt((int) FAULTS_MILLIS / 2), this::backUp);
        }
        scheduler.advanceUntil(FAULTS_MILLIS);
        faults = FaultRates.NONE;
        startServer();
        for (WorldDevice device : all) {
            device.setOffline(false);
            device.boot();
        }
        boolean converged = scheduler.advanceUntil(FAULTS_MILLIS + HEAL_MILLIS, new ConvergenceCheck()::check);
        // grace period, so that a forbidden late delivery still shows
        scheduler.advanceUntil(scheduler.nowMillis() + 5_000);
        Verifier verifier = new Verifier(expected.acknowledged());
        all.forEach(device -> verifier.check(device.id(), device.disk().journal()));
        VerificationResult result = verifier.result();
        return converged && result.clean() && allConverged() && observer.violation() == null
                ? null
                : failureMessage(converged, result);
    }

    long orders() {
        return orders;
    }

    long steps() {
        return scheduler.ran();
    }

    private String failureMessage(boolean converged, VerificationResult result) {
        String behind = all.stream()
                .filter(device -> !hasConverged(device))
                .map(device -> device.id() + " at " + device.disk().state().cursor() + " of "
                        + log.head(device.id()).orElse("") + ", revision " + expected.head(device.id()) + " due"
                        + (device.isListening() ? "" : ", not listening"))
                .findFirst()
                .orElse("nobody");
        return "seed " + seed + (converged ? "" : " did not converge") + ", behind: " + behind + "; " + result
                + (observer.violation() == null ? "" : "; " + observer.violation())
                + "\nreplay: mvn -B test -pl device-sim -am -Dtest=WorldTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dbellwire.seed=" + seed;
    }

    /**
     * Checks all devices only once in {@value #TICK_MILLIS} ms, as checking after each step would cost more than the
     * steps.
     */
    private final class ConvergenceCheck {
        private long nextMillis;

        boolean check() {
            if (scheduler.nowMillis() < nextMillis) {
                return false;
            }
            nextMillis = scheduler.nowMillis() + TICK_MILLIS;
            return allConverged();
        }
    }

    private boolean allConverged() {
        return all.stream().allMatch(this::hasConverged);
    }

    private boolean hasConverged(WorldDevice device) {
        return (device.isListening() || !device.usesSignals())
                && expected.hasConverged(device.id(), device.disk().state(), log.head(device.id()));
    }

    private void tick() {
        if (scheduler.nowMillis() >= FAULTS_MILLIS) {
            return;
        }
        if (server != null) {
            write(server);
            if (scheduler.nowMillis() % FLUSH_MILLIS == 0) {
                server.flush();
                if (cursorLoss == CursorLoss.RETENTION) {
                    server.expireAllBut(RETENTION_MILLIS);
                }
            }
        }
        all.forEach(this::injectFaults);
        if (server != null && happens(KILLS_PER_SECOND)) {
            killServer();
            later(random.nextInt(4_000), this::startServer);
        }
        later(TICK_MILLIS, this::tick);
    }

    private void write(WorldServer to) {
        List<RequestedChange> changes = new ArrayList<>();
        for (int i = 0; i < all.size() / 40 + 1; i++) {
            DeviceId device = all.get(random.nextInt(all.size())).id();
            List<String> own = expected.ordersOf(device).stream()
                    // at most one change of each order in a batch: a second would need the first one's result
                    .filter(order -> changes.stream().noneMatch(change -> order.equals(change.orderId())))
                    .toList();
            boolean isNew = own.isEmpty() || random.nextInt(3) > 0;
            changes.add(new RequestedChange(
                    device,
                    isNew ? null : own.get(random.nextInt(own.size())),
                    RECIPES.get(random.nextInt(RECIPES.size())),
                    orders + i));
        }
        List<RequestedChange.Granted> written = to.write(changes);
        for (int i = 0; i < written.size(); i++) {
            orders++;
            RequestedChange change = changes.get(i);
            if (change.orderId() == null && expected.everHad(written.get(i).orderId())) {
                observer.reportViolation("order " + written.get(i).orderId() + " is given twice");
            }
            expected.acknowledged(change.device(), written.get(i), scheduler.nowNanos());
        }
    }

    private void injectFaults(WorldDevice device) {
        if (happens(faults.drop())) {
            device.cut();
        }
        if (happens(faults.offline())) {
            device.setOffline(true);
            later(random.nextInt(5_000), () -> device.setOffline(false));
        }
        if (happens(faults.restart())) {
            device.kill();
            later(random.nextInt(1_000), device::boot);
        }
    }

    private boolean happens(double perSecond) {
        return perSecond > 0 && random.nextDouble() < perSecond * TICK_MILLIS / 1_000;
    }

    private void killServer() {
        if (server == null) {
            return;
        }
        server.close();
        server = null;
        brokerConnections.clear();
        all.forEach(WorldDevice::cut);
        log.reopen();
    }

    /** Backs up the log and restores it a while later: what has been acknowledged meanwhile is lost. */
    private void backUp() {
        MemoryFolder backup = log.backup();
        ExpectedState.Checkpoint checkpoint = expected.checkpoint();
        later(1_000 + random.nextInt(8_000), () -> {
            killServer();
            expected.rollBackTo(checkpoint);
            observer.noteLoss(cursorLoss == CursorLoss.RESTORE, checkpoint::head);
            log.restore(backup, cursorLoss == CursorLoss.RESTORE);
            later(random.nextInt(4_000), this::startServer);
        });
    }

    private void startServer() {
        if (server == null) {
            server = new WorldServer(this, log.store(), options, random.split());
        }
    }

    /** The connection that the broker takes for the device's; null if it knows of none. */
    WorldDevice.@Nullable Connection connectionOf(String device) {
        return brokerConnections.get(devices.get(device));
    }

    void subscribed(WorldDevice device, WorldDevice.Connection connection) {
        if (server != null) {
            brokerConnections.put(device, connection);
            server.subscribed(device.id());
        }
    }

    /** Ignores the end of a connection that a newer one has replaced. */
    void disconnected(WorldDevice device, WorldDevice.Connection connection) {
        if (brokerConnections.remove(device, connection) && server != null) {
            server.disconnected(device.id());
        }
    }

    /** Checks a signal to the device and returns it; null if it is wrong and must not arrive. */
    @Nullable ReceivedSignal observeSignal(String device, byte[] payload) {
        return observer.check(new DeviceId(device), payload, runningServer());
    }

    /** How many changes took effect directly from a signal. */
    long appliedFromSignals() {
        return all.stream().mapToLong(WorldDevice::appliedFromSignals).sum();
    }

    WorldObserver observer() {
        return observer;
    }

    CompletionStage<FetchResult> page(WorldDevice device, @Nullable DeviceCursor after, long waitMillis) {
        boolean isLost = after != null && observer.isLost(device.id(), after);
        return runningServer()
                .page(device.id(), after, waitMillis)
                .thenApply(answer -> observer.answered(device.id(), answer, isLost));
    }

    FetchResult snapshot(WorldDevice device, @Nullable String next) {
        return runningServer().snapshot(device.id(), next);
    }

    AckResult acknowledge(WorldDevice device, DeviceCursor processed) {
        AckResult answer = runningServer().acknowledge(device.id(), processed);
        if (answer instanceof AckResult.Accepted && observer.isLost(device.id(), processed)) {
            observer.reportViolation(device.id() + " acknowledges a change that the log has lost: " + processed);
        }
        return answer;
    }

    private WorldServer runningServer() {
        if (server == null) {
            throw new IllegalStateException("a request reached a server that is down");
        }
        return server;
    }

    /** Ends the server's threads. */
    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
