package io.bellwire.group;

import io.bellwire.log.Database;
import io.bellwire.log.Durability;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.SqlStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A process that tells groups things while members come and go, prints a line for each that was acknowledged, and goes on
 * until it is killed. It begins when it is told to by a line. Arguments: folder, a name for its ids.
 */
final class TellingProcess {
    static final FeedId LARGE = GroupsInMemory.group("large");
    static final FeedId SMALL = GroupsInMemory.group("small");
    static final List<FeedId> DEVICES = GroupsInMemory.devices("grill", 60);
    static final GroupLimits LIMITS = new GroupLimits(10, 7, 1_000);
    /** So that the background is behind most of the time, but never by far. */
    private static final int UNDERWAY_MAX = 6;

    private TellingProcess() {}

    public static void main(String[] args) throws IOException {
        // what costs time to load is loaded before the folder is touched, which another process may still hold
        SqlStore warm = SqlStore.open(Database.h2Memory("warm", 4), Durability.SYNC, new Random(7), false);
        List<Feed> unused = warm.feeds(List.of(FeedId.ORDERS));
        warm.close();
        if (System.in.read() < 0) {
            return; // whoever was to tell us to begin is gone
        }
        SqlStore store =
                SqlStore.open(Database.h2File(Path.of(args[0]), 8, 16 << 20), Durability.PROCESS, new Random(7), false);
        GroupsInMemory server = new GroupsInMemory(store, LIMITS);
        for (FeedId group : List.of(LARGE, SMALL)) {
            boolean isNew =
                    server.groups.make(group).toCompletableFuture().join().isNew();
            // of a group that was just made when the process was killed the rest come by chance
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
                server.say(args[1] + "-" + n, random.nextInt(5) == 0 ? List.of(LARGE, SMALL) : List.of(group));
            }
            acknowledged.print(n + "\n");
            acknowledged.flush();
            while (store.deviceGroups().fanOuts(0, UNDERWAY_MAX).size() == UNDERWAY_MAX) {
                Thread.onSpinWait();
            }
        }
    }
}
