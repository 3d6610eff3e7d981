package io.bellwire.world;

import io.bellwire.device.DeviceId;
import io.bellwire.log.Durability;
import io.bellwire.log.FeedId;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The log of a world: it outlives each server, and can be restored to an earlier state. One thread. */
final class WorldLog {
    /** Small, so that the log of each world has many segments. */
    private static final long SEGMENT_BYTES = 20_000;

    private final VirtualScheduler scheduler;
    private final SplittableRandom random;
    private MemoryFolder disk = new MemoryFolder();
    private DataStore store;

    WorldLog(VirtualScheduler scheduler, SplittableRandom random) {
        this.scheduler = scheduler;
        this.random = random;
        this.store = open(disk, scheduler, random, false);
    }

    private static DataStore open(
            MemoryFolder disk, VirtualScheduler scheduler, SplittableRandom random, boolean newEpoch) {
        return SegmentStore.open(
                disk,
                new SegmentOptions(Durability.SYNC, SEGMENT_BYTES, 1 << 20, newEpoch),
                random,
                scheduler::nowNanos,
                scheduler.nowMillis(),
                Runnable::run);
    }

    DataStore store() {
        return store;
    }

    /** Opens the log again, as a new process does. */
    void reopen() {
        restore(disk, false);
    }

    /** A copy of the log's files. */
    MemoryFolder backup() {
        return disk.copy();
    }

    /** Replaces the log's files. */
    void restore(MemoryFolder backup, boolean newEpoch) {
        store.close();
        disk = backup;
        store = open(disk, scheduler, random, newEpoch);
    }

    /** The cursor of the newest change of the device's feed; empty if the feed does not exist yet. */
    Optional<String> head(DeviceId device) {
        return store.feeds(List.of(new FeedId("devices/" + device.value()))).stream()
                .findFirst()
                .map(feed -> feed.cursor(feed.headPosition()).toString());
    }
}
