package io.bellwire.world;

import io.bellwire.device.DeviceId;
import io.bellwire.log.Durability;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The log of a world: it outlives each server, and can be restored to an earlier state. One thread. */
final class WorldLog {
    /** Small, so that the log of each world has many segments. */
    private static final long SEGMENT_BYTES = 20_000;

    private final WorldClock clock;
    private final SplittableRandom random;
    private WorldDisk disk;
    private @Nullable DataStore store;
    private boolean needsNewEpoch;

    WorldLog(WorldClock clock, SplittableRandom random) {
        this.clock = clock;
        this.random = random;
        this.disk = new WorldDisk(random.split());
    }

    WorldDisk disk() {
        return disk;
    }

    /** Opens the log, as a new process does. */
    DataStore open() {
        store = SegmentStore.open(
                disk.mount(),
                new SegmentOptions(Durability.SYNC, SEGMENT_BYTES, 1 << 20, needsNewEpoch),
                random,
                clock::steadyNanos,
                clock.wallMillis(),
                Runnable::run);
        needsNewEpoch = false;
        return store;
    }

    /** Ends the process; its store is of no use from now on. */
    void kill(boolean isPowerCut) {
        disk.kill();
        if (isPowerCut) {
            disk.cutPower();
        }
    }

    /** Replaces the log's files. No process may be running. */
    void restore(WorldDisk backup, boolean newEpoch) {
        disk = backup;
        needsNewEpoch = newEpoch;
    }

    /** The feed as the last process has it; empty if it does not exist. */
    Optional<Feed> feed(DeviceId device) {
        return store == null
                ? Optional.empty()
                : store.feeds(List.of(new FeedId("devices/" + device.value()))).stream()
                        .findFirst();
    }

    /** The cursor of the newest change of the device's feed; empty if the feed does not exist yet. */
    Optional<String> head(DeviceId device) {
        return feed(device).map(feed -> feed.cursor(feed.headPosition()).toString());
    }
}
