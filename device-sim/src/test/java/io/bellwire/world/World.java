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
 * Devices, a network, a server and its bridge under virtual time, all drawn from one seed: first orders and faults, then
 * no faults, and all must converge. Devices, log and bridge are the product's own. One thread.
 */
final class World implements AutoCloseable {
    /** A safety poll would hide what the bell has to do: there is none within a run. */
    private static final DeviceSettings LISTENING = new DeviceSettings(3_600_000, 1_000, 100, 5_000);
    /** Signals of a log that has lost its end say nothing new to a device that is ahead of it: its safety poll finds out. */
    private static final DeviceSettings POLLING = new DeviceSettings(40_000, 1_000, 100, 5_000);

    private static final DeviceSettings WAITING = LISTENING.with(new Doorbell.LongPoll(5_000));
    private static final DeviceSettings ASKING = LISTENING.with(new Doorbell.Poll(3_000));

    private static final long FAULTS_MILLIS = 30_000;
    /** Twice the longest pause of the bridge between two rings. */
    private static final long HEAL_MILLIS = 120_000;

    private static final int TICK_MILLIS = 100;
    private static final long FLUSH_MILLIS = 1_000;
    private static final long RETENTION_MILLIS = 3_000;
    private static final double KILLS_PER_SECOND = 0.05;

    /** What the routes go by. */
    private static final List<String> RECIPES = List.of("plain", "listed", "urgent");

    /** What makes cursors useless, once or now and then. */
    enum Amnesia {
        NONE,
        /** Once, the log comes back from an older backup, with a new epoch. */
        RESTORE,
        /** The same without one, as with files that are copied back by hand, or a power cut of what is not synced. */
        LOST_END,
        /** Changes are kept for a few seconds only. */
        RETENTION
    }

    private final long seed;
    private final SplittableRandom random;
    private final BridgeOptions options;
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final Ledger ledger = new Ledger();
    private final WorldObserver witness = new WorldObserver();
    private final Map<String, WorldDevice> devices = new LinkedHashMap<>();
    private final Map<WorldDevice, WorldDevice.Connection> known = new LinkedHashMap<>();
    private final List<WorldDevice> all;
    private FaultRates faults;
    private final Amnesia amnesia;
    private final WorldLog log;
    private @Nullable WorldServer server;
    private long orders;

    World(long seed, FaultRates faults, int deviceCount, Amnesia amnesia, BridgeOptions options) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.log = new WorldLog(scheduler, random.split());
        this.faults = faults;
        this.amnesia = amnesia;
        this.options = options;
        for (int i = 0; i < deviceCount; i++) {
            DeviceId id = new DeviceId("device-" + i);
            devices.put(id.value(), new WorldDevice(this, id, settings(random.nextInt(10), amnesia), random.split()));
        }
        all = List.copyOf(devices.values());
    }

    private static DeviceSettings settings(int draw, Amnesia amnesia) {
        return switch (draw) {
            case 0 -> WAITING;
            case 1 -> ASKING;
            default -> amnesia == Amnesia.LOST_END ? POLLING : LISTENING;
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

    /** Runs it all; returns null if it converged, else what is wrong and how to see it again. */
    @Nullable String run() {
        startServer();
        all.forEach(device -> later(random.nextInt(2_000), device::boot));
        tick();
        if (amnesia == Amnesia.RESTORE || amnesia == Amnesia.LOST_END) {
            later(random.nextInt((int) FAULTS_MILLIS / 2), this::backUp);
        }
        scheduler.advanceUntil(FAULTS_MILLIS);
        faults = FaultRates.NONE;
        startServer();
        for (WorldDevice device : all) {
            device.offline(false);
            device.boot();
        }
        boolean converged = scheduler.advanceUntil(FAULTS_MILLIS + HEAL_MILLIS, new EveryNow()::check);
        // time for what must not happen to happen
        scheduler.advanceUntil(scheduler.nowMillis() + 5_000);
        Verifier verifier = new Verifier(ledger.acknowledged());
        all.forEach(device -> verifier.check(device.id(), device.disk().journal()));
        VerificationResult verdict = verifier.result();
        return converged && verdict.clean() && allHaveAll() && witness.offence() == null
                ? null
                : complaint(converged, verdict);
    }

    long orders() {
        return orders;
    }

    long steps() {
        return scheduler.ran();
    }

    private String complaint(boolean converged, VerificationResult verdict) {
        String behind = all.stream()
                .filter(device -> !hasAll(device))
                .map(device -> device.id() + " at " + device.disk().state().cursor() + " of "
                        + log.head(device.id()).orElse("") + ", revision " + ledger.head(device.id()) + " due"
                        + (device.isListening() ? "" : ", not listening"))
                .findFirst()
                .orElse("nobody");
        return "seed " + seed + (converged ? "" : " did not converge") + ", behind: " + behind + "; " + verdict
                + (witness.offence() == null ? "" : "; " + witness.offence())
                + "\nreplay: mvn -B test -pl device-sim -am -Dtest=WorldTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dbellwire.seed=" + seed;
    }

    /** Looking at all devices after each step would cost more than the steps. */
    private final class EveryNow {
        private long nextMillis;

        boolean check() {
            if (scheduler.nowMillis() < nextMillis) {
                return false;
            }
            nextMillis = scheduler.nowMillis() + TICK_MILLIS;
            return allHaveAll();
        }
    }

    private boolean allHaveAll() {
        return all.stream().allMatch(this::hasAll);
    }

    private boolean hasAll(WorldDevice device) {
        return (device.isListening() || !device.listens())
                && ledger.isSettled(device.id(), device.disk().state(), log.head(device.id()));
    }

    private void tick() {
        if (scheduler.nowMillis() >= FAULTS_MILLIS) {
            return;
        }
        if (server != null) {
            write(server);
            if (scheduler.nowMillis() % FLUSH_MILLIS == 0) {
                server.flush();
                if (amnesia == Amnesia.RETENTION) {
                    server.forgetAllBut(RETENTION_MILLIS);
                }
            }
        }
        all.forEach(this::trouble);
        if (server != null && happens(KILLS_PER_SECOND)) {
            killServer();
            later(random.nextInt(4_000), this::startServer);
        }
        later(TICK_MILLIS, this::tick);
    }

    private void write(WorldServer to) {
        List<RequestedChange> wishes = new ArrayList<>();
        for (int i = 0; i < all.size() / 40 + 1; i++) {
            DeviceId device = all.get(random.nextInt(all.size())).id();
            List<String> own = ledger.ordersOf(device).stream()
                    // the second of two changes at once would have to be prepared again
                    .filter(order -> wishes.stream().noneMatch(wish -> order.equals(wish.orderId())))
                    .toList();
            boolean isNew = own.isEmpty() || random.nextInt(3) > 0;
            wishes.add(new RequestedChange(
                    device,
                    isNew ? null : own.get(random.nextInt(own.size())),
                    RECIPES.get(random.nextInt(RECIPES.size())),
                    orders + i));
        }
        List<RequestedChange.Granted> written = to.write(wishes);
        for (int i = 0; i < written.size(); i++) {
            orders++;
            RequestedChange wish = wishes.get(i);
            if (wish.orderId() == null && ledger.hasBeen(written.get(i).orderId())) {
                witness.accuse("order " + written.get(i).orderId() + " is given twice");
            }
            ledger.acknowledged(wish.device(), written.get(i), scheduler.nowNanos());
        }
    }

    private void trouble(WorldDevice device) {
        if (happens(faults.drop())) {
            device.cut();
        }
        if (happens(faults.offline())) {
            device.offline(true);
            later(random.nextInt(5_000), () -> device.offline(false));
        }
        if (happens(faults.restart())) {
            device.die();
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
        known.clear();
        all.forEach(WorldDevice::cut);
        log.reopen();
    }

    /** The log as it is now comes back a while later: what has been acknowledged by then is lost. */
    private void backUp() {
        MemoryFolder backup = log.backup();
        Ledger.Mark mark = ledger.mark();
        later(1_000 + random.nextInt(8_000), () -> {
            killServer();
            ledger.loseWhatCameAfter(mark);
            witness.lose(amnesia == Amnesia.RESTORE, mark::head);
            log.restore(backup, amnesia == Amnesia.RESTORE);
            later(random.nextInt(4_000), this::startServer);
        });
    }

    private void startServer() {
        if (server == null) {
            server = new WorldServer(this, log.store(), options, random.split());
        }
    }

    /** The connection that the broker believes the device to have; null if it knows of none. */
    WorldDevice.@Nullable Connection connectionOf(String device) {
        return known.get(devices.get(device));
    }

    void subscribed(WorldDevice device, WorldDevice.Connection connection) {
        if (server != null) {
            known.put(device, connection);
            server.subscribed(device.id());
        }
    }

    /** A newer connection has taken the place of the old one: its end is no news. */
    void disconnected(WorldDevice device, WorldDevice.Connection connection) {
        if (known.remove(device, connection) && server != null) {
            server.disconnected(device.id());
        }
    }

    /** What has been sent to the device; null if it is not to arrive. */
    @Nullable ReceivedSignal heard(String device, byte[] payload) {
        return witness.check(new DeviceId(device), payload, up());
    }

    /** How many changes took effect straight from a signal. */
    long straight() {
        return all.stream().mapToLong(WorldDevice::straight).sum();
    }

    WorldObserver witness() {
        return witness;
    }

    CompletionStage<FetchResult> page(WorldDevice device, @Nullable DeviceCursor after, long waitMillis) {
        boolean isLost = after != null && witness.isLost(device.id(), after);
        return up().page(device.id(), after, waitMillis)
                .thenApply(answer -> witness.answered(device.id(), answer, isLost));
    }

    FetchResult snapshot(WorldDevice device, @Nullable String next) {
        return up().snapshot(device.id(), next);
    }

    AckResult acknowledge(WorldDevice device, DeviceCursor processed) {
        AckResult answer = up().acknowledge(device.id(), processed);
        if (answer instanceof AckResult.Accepted && witness.isLost(device.id(), processed)) {
            witness.accuse(device.id() + " acknowledges a change that the log has lost: " + processed);
        }
        return answer;
    }

    private WorldServer up() {
        if (server == null) {
            throw new IllegalStateException("nobody can ask a server that is down");
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
