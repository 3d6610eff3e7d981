package io.bellwire.world;

import io.bellwire.device.AckAnswer;
import io.bellwire.device.Answer;
import io.bellwire.device.Cursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.Signal;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.Truth;
import io.bellwire.fleet.Verdict;
import io.bellwire.fleet.Verifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Devices, a network, a server and its bridge under virtual time, all drawn from one seed: first orders and faults, then
 * no faults, and all must converge. One thread.
 */
public final class World {
    /** A safety poll would hide what the bell has to do: there is none within a run. */
    static final DeviceSettings SETTINGS = new DeviceSettings(3_600_000, 1_000, 100, 5_000);

    private static final long FAULTS_MILLIS = 30_000;
    private static final long HEAL_MILLIS = 40_000;
    private static final int TICK_MILLIS = 100;

    private final long seed;
    private final SplittableRandom random;
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final Truth truth = new Truth();
    private final WorldLog log = new WorldLog(truth);
    private final Map<DeviceId, WorldDevice> devices = new LinkedHashMap<>();
    private final Map<WorldDevice, WorldDevice.Connection> known = new LinkedHashMap<>();
    private final List<WorldDevice> all;
    private final Ringer.Maker maker;
    private FaultRates faults;
    private @Nullable Ringer ringer;
    private int orders;
    private int restores;

    World(long seed, FaultRates faults, int deviceCount, int restores, Ringer.Maker maker) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.faults = faults;
        this.restores = restores;
        this.maker = maker;
        for (int i = 0; i < deviceCount; i++) {
            DeviceId id = new DeviceId("device-" + i);
            devices.put(id, new WorldDevice(this, id, random.split()));
        }
        all = List.copyOf(devices.values());
    }

    VirtualScheduler scheduler() {
        return scheduler;
    }

    WorldLog log() {
        return log;
    }

    FaultRates faults() {
        return faults;
    }

    boolean isServerUp() {
        return ringer != null;
    }

    void later(long millis, Runnable task) {
        var unused = scheduler.after(millis, task);
    }

    /** Runs it all; returns null if it converged, else what is wrong and how to see it again. */
    @Nullable String run() {
        startServer();
        all.forEach(device -> later(random.nextInt(2_000), device::boot));
        tick();
        scheduler.advanceUntil(FAULTS_MILLIS);
        faults = FaultRates.NONE;
        if (!isServerUp()) {
            startServer();
        }
        for (WorldDevice device : all) {
            device.offline(false);
            device.boot();
        }
        boolean converged = scheduler.advanceUntil(FAULTS_MILLIS + HEAL_MILLIS, new EveryNow()::check);
        scheduler.advanceUntil(scheduler.nowMillis() + 5_000);
        Verifier verifier = new Verifier(truth);
        all.forEach(device -> verifier.check(device.id(), device.disk().journal()));
        Verdict verdict = verifier.verdict();
        return converged && verdict.clean() && allHaveAll() ? null : complaint(converged, verdict);
    }

    long orders() {
        return orders;
    }

    long steps() {
        return scheduler.ran();
    }

    private String complaint(boolean converged, Verdict verdict) {
        String behind = all.stream()
                .filter(device -> !hasAll(device))
                .map(device -> device.id() + " at " + device.disk().state().cursor() + " of " + log.epoch() + "."
                        + log.head(device.id()) + (device.isListening() ? "" : ", not listening"))
                .findFirst()
                .orElse("nobody");
        return "seed " + seed + (converged ? "" : " did not converge") + ", behind: " + behind + "; " + verdict
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
        Cursor cursor = device.disk().state().cursor();
        return device.isListening()
                && cursor != null
                && cursor.epoch().equals(log.epoch())
                && cursor.revision() == log.head(device.id())
                && log.ordersOf(device.id()).stream()
                        .allMatch(id -> device.disk().state().versionOf(id) == log.versionOf(device.id(), id));
    }

    private void tick() {
        if (scheduler.nowMillis() >= FAULTS_MILLIS) {
            return;
        }
        if (isServerUp()) {
            for (int i = 0; i < all.size() / 40 + 1; i++) {
                write();
            }
        }
        all.forEach(this::trouble);
        if (isServerUp() && happens(0.05)) {
            killServer();
            later(random.nextInt(4_000), this::startServer);
        }
        later(TICK_MILLIS, this::tick);
    }

    private void write() {
        WorldDevice device = all.get(random.nextInt(all.size()));
        List<String> own = log.ordersOf(device.id());
        String order;
        if (own.isEmpty() || random.nextInt(3) > 0) {
            orders++;
            order = "order-" + orders;
        } else {
            order = own.get(random.nextInt(own.size()));
        }
        log.write(device.id(), order, scheduler.nowMillis() * 1_000_000);
        if (ringer != null) {
            ringer.committed(device.id(), log.head(device.id()), 1);
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
        if (ringer != null) {
            ringer.close();
            ringer = null;
        }
        known.clear();
        all.forEach(WorldDevice::cut);
        if (restores > 0) {
            restores--;
            log.restoreFromBackup();
        }
    }

    private void startServer() {
        if (ringer == null) {
            ringer = maker.make(log, this::ring, scheduler, random.split());
        }
    }

    private boolean ring(DeviceId device, Signal signal) {
        WorldDevice target = devices.get(device);
        return target != null && target.ring(signal);
    }

    void subscribed(WorldDevice device, WorldDevice.Connection connection) {
        known.put(device, connection);
        if (ringer != null) {
            ringer.subscribed(device.id());
        }
    }

    /** A newer connection has taken the place of the old one: its end is no news. */
    void disconnected(WorldDevice device, WorldDevice.Connection connection) {
        if (known.remove(device, connection) && ringer != null) {
            ringer.disconnected(device.id());
        }
    }

    Answer page(WorldDevice device, @Nullable Cursor after) {
        Answer answer = log.page(device.id(), after);
        if (ringer != null && answer instanceof Answer.Page page) {
            ringer.received(device.id(), page.cursor().revision());
        }
        return answer;
    }

    AckAnswer acknowledge(WorldDevice device, Cursor processed) {
        AckAnswer answer = log.acknowledge(device.id(), processed);
        if (ringer != null && answer instanceof AckAnswer.Accepted) {
            ringer.processed(device.id(), processed.revision());
        }
        return answer;
    }
}
