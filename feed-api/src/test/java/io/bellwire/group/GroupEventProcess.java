package io.bellwire.group;

import io.bellwire.audit.AuditEntry;
import io.bellwire.log.Durability;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A process that publishes events to groups and changes their members, and prints a line for each acknowledged write,
 * until it is killed or nobody reads the lines. Arguments: the log's folder, a prefix for the events' ids.
 */
final class GroupEventProcess {
    static final FeedId LARGE = GroupsInMemory.group("large");
    static final FeedId SMALL = GroupsInMemory.group("small");
    static final List<FeedId> DEVICES = GroupsInMemory.devices("grill", 60);
    static final GroupLimits LIMITS = new GroupLimits(10, 7, 1_000);
    /** The most fan-outs that may be unfinished, so that the background is usually behind, but never by much. */
    private static final int UNDERWAY_MAX = 6;

    private static final long SEGMENT_BYTES = 20_000;

    private GroupEventProcess() {}

    /** Opens the log with segments so small that a kill often happens between two of them. */
    static SegmentStore open(Path folder, Random random) {
        return SegmentStore.open(
                new DiskFolder(folder),
                new SegmentOptions(Durability.PROCESS, SEGMENT_BYTES, 1 << 20, false),
                random,
                System::nanoTime,
                System.currentTimeMillis());
    }

    public static void main(String[] args) {
        SegmentStore store = open(Path.of(args[0]), new Random(args[1].hashCode()));
        GroupsInMemory server = new GroupsInMemory(store, LIMITS);
        for (FeedId group : List.of(LARGE, SMALL)) {
            boolean isNew = server.groups
                    .findOrCreate(group, AuditEntry.NONE)
                    .toCompletableFuture()
                    .join()
                    .isNew();
            // if the process was killed after it made the group, the other members are added at random later
            if (isNew) {
                (group.equals(LARGE) ? DEVICES.subList(0, 50) : DEVICES.subList(45, 53))
                        .forEach(device -> server.change(group, device, true));
            }
        }
        server.fanOuts.start();
        PrintStream acknowledged = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        Random random = new Random(args[1].hashCode());
        for (int n = 0; ; n++) {
            FeedId group = random.nextInt(4) == 0 ? SMALL : LARGE;
            if (random.nextInt(3) == 0) {
                int device = group.equals(LARGE) ? random.nextInt(60) : 45 + random.nextInt(9);
                server.change(group, DEVICES.get(device), random.nextBoolean());
            } else {
                server.publish(args[1] + "-" + n, random.nextInt(5) == 0 ? List.of(LARGE, SMALL) : List.of(group));
            }
            acknowledged.print(n + "\n");
            if (acknowledged.checkError()) {
                Runtime.getRuntime().halt(1); // the test that was to kill it has ended
            }
            while (store.deviceGroups().fanOuts(EventNumber.NONE, UNDERWAY_MAX).size() == UNDERWAY_MAX) {
                Thread.onSpinWait();
            }
        }
    }
}
