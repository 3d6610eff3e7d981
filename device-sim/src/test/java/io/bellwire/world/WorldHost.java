package io.bellwire.world;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.device.DeviceId;
import io.bellwire.log.Feed;
import io.bellwire.route.Routes;
import io.bellwire.route.RoutesFile;
import io.bellwire.world.WorldPlan.CursorLoss;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The machine of the server: starts its processes over the log that outlives them, kills them, and restores backups. One
 * thread.
 */
final class WorldHost {
    private static final Path ROUTES = Path.of("src", "test", "resources", "world", "routes.yaml");

    private static final int START_MILLIS_MAX = 4_000;
    private static final int RESTORE_MILLIS_MIN = 1_000;
    private static final int RESTORE_MILLIS_MAX = 9_000;
    private static final int BACKUP_RETRY_MILLIS = 100;

    private final World world;
    private final WorldPlan plan;
    private final BridgeOptions options;
    private final WorldClock clock;
    private final SplittableRandom random;
    private final WorldLog log;
    private final Routes routes;
    private @Nullable WorldServer server;
    /** When the changes were committed at the earliest of which the last process notified nobody. */
    private long unseenMillis;

    /** @param random is shared with the world */
    WorldHost(World world, WorldPlan plan, BridgeOptions options, WorldClock clock, SplittableRandom random) {
        this.world = world;
        this.plan = plan;
        this.options = options;
        this.clock = clock;
        this.random = random;
        this.log = new WorldLog(clock, random.split());
        this.routes = new RoutesFile(options.plainRule()).read(ROUTES);
    }

    /** The routes of each process. */
    Routes routes() {
        return routes;
    }

    /** Null while it is down. */
    @Nullable WorldServer server() {
        return server;
    }

    /** The cursor of the newest change of the device's feed; empty if the feed does not exist yet. */
    Optional<String> head(DeviceId device) {
        return log.head(device);
    }

    /** Whether the server's process was killed at an operation on the disk. */
    boolean isKilled() {
        return log.disk().isKilled();
    }

    /** Kills the server's process at its operation on the disk after the next {@code operations}. */
    void killAfter(int operations) {
        log.disk().killAfter(operations);
    }

    /** From now on the server's process is not killed at an operation on the disk. */
    void endKills() {
        log.disk().killAfter(Integer.MAX_VALUE);
    }

    void startServer() {
        if (server != null) {
            return;
        }
        try {
            server = new WorldServer(world, clock, log.open(), options, random.split());
            world.retention().started(server, world.ids(), unseenMillis);
        } catch (RuntimeException | ProcessKilled e) {
            if (!ProcessKilled.isCauseOf(e) && !isKilled()) {
                throw e;
            }
            killServer();
        }
    }

    /** Does something that the server may die of, if it is up. */
    void onServer(Runnable work) {
        if (server == null) {
            return;
        }
        try {
            work.run();
        } catch (RuntimeException | ProcessKilled e) {
            if (!ProcessKilled.isCauseOf(e) && !isKilled()) {
                throw e;
            }
            killServer();
        }
    }

    /** Kills the server's process, at once or in the middle of its work, and starts the next one later. */
    void killServer() {
        stopServer();
        world.later(random.nextInt(START_MILLIS_MAX), this::startServer);
    }

    private void stopServer() {
        log.kill(plan.hasPowerCuts() && random.nextBoolean());
        if (server != null) {
            unseenMillis = server.groups().oldestMillis();
            world.leases().killed();
            server.close();
            server = null;
        }
        world.network().serverDied();
    }

    /** Backs up the log and restores it a while later: what has been acknowledged meanwhile is lost. */
    void backUp() {
        if (server == null) {
            world.later(BACKUP_RETRY_MILLIS, this::backUp);
            return;
        }
        WorldDisk backup = log.disk().copy();
        ExpectedState.Checkpoint checkpoint = world.expected().checkpoint();
        Map<String, WorldRequest> unanswered = world.workload().unanswered();
        Map<DeviceId, Long> heads = new HashMap<>();
        world.ids()
                .forEach(id ->
                        heads.put(id, log.feed(id).map(Feed::head).orElseThrow().value()));
        world.later(RESTORE_MILLIS_MIN + random.nextInt(RESTORE_MILLIS_MAX - RESTORE_MILLIS_MIN), () -> {
            stopServer();
            // answers that have left the server arrive before
            world.later(1, () -> restore(backup, checkpoint, unanswered, heads));
        });
    }

    private void restore(
            WorldDisk backup,
            ExpectedState.Checkpoint checkpoint,
            Map<String, WorldRequest> unanswered,
            Map<DeviceId, Long> heads) {
        stopServer();
        world.expected().rollBackTo(checkpoint);
        world.workload().noteLoss(unanswered);
        world.observer()
                .noteLoss(
                        plan.cursorLoss() == CursorLoss.RESTORE,
                        device -> heads.getOrDefault(device, 0L),
                        world.expected()::lostUnanswered);
        log.restore(backup, plan.cursorLoss() == CursorLoss.RESTORE);
        world.later(random.nextInt(START_MILLIS_MAX), this::startServer);
    }

    /** Ends the server for good. */
    void close() {
        log.kill(false);
        if (server != null) {
            server.close();
        }
    }
}
