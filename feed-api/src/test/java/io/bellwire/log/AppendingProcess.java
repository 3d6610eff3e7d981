package io.bellwire.log;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A process that appends from several threads to the log in a folder and prints what was acknowledged, one line each:
 * feed, revision, id. It begins when it is told to by a line, and goes on until it is killed. Arguments: folder, durability, a name for its ids.
 */
final class AppendingProcess {
    private static final int THREADS = 4;
    private static final int SIGHTINGS = 300;

    private AppendingProcess() {}

    public static void main(String[] args) throws IOException {
        // what costs time to load is loaded before the folder is touched, which another process may still hold
        try (SqlStore warm = SqlStore.open(Database.h2Memory("warm", 3), Durability.SYNC, new Random(7), false)) {
            LogStoreFixture.make(warm, FeedId.ORDERS);
        }
        if (System.in.read() < 0) {
            return; // whoever was to tell us to begin is gone
        }
        Database database = Database.h2FileThatReusesSpace("file", Path.of(args[0]), 4);
        SqlStore store = SqlStore.open(database, Durability.valueOf(args[1]), new Random(7), false);
        EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
        PrintStream acknowledged = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        Feed orders = log.makeFeed(FeedId.ORDERS);
        for (int i = 0; i < THREADS; i++) {
            String name = args[2] + "-" + i;
            Feed device = log.makeFeed(i % 2 == 0 ? LogStoreFixture.GRILL : LogStoreFixture.FRYER);
            new Thread(() -> appendUntilKilled(log, device, orders, name, acknowledged)).start();
        }
        new Thread(() -> saveSightingsUntilKilled(log)).start();
    }

    /** What else the server writes into the same file, much of it in one group. */
    private static void saveSightingsUntilKilled(EventLog log) {
        for (long millis = 1; ; millis++) {
            long seen = millis;
            List<Sighting> sightings = IntStream.range(0, SIGHTINGS)
                    .mapToObj(i -> new Sighting(new FeedId("devices/d-" + i), seen, "mqtt", true))
                    .toList();
            boolean unused = log.submit(new Write<Boolean>() {
                        @Override
                        public Set<Feed> feeds() {
                            return Set.of();
                        }

                        @Override
                        public int bytes() {
                            return SIGHTINGS;
                        }

                        @Override
                        public Boolean decide(Group group) {
                            group.putSightings(sightings);
                            return true;
                        }
                    })
                    .join();
        }
    }

    private static void appendUntilKilled(EventLog log, Feed device, Feed orders, String name, PrintStream out) {
        for (int n = 0; ; n++) {
            String id = name + "-" + n;
            List<Long> revisions = log.submit(new Append(id, device, orders)).join();
            synchronized (out) {
                out.print(device.id() + " " + revisions.get(0) + " " + id + "\n");
                out.print(orders.id() + " " + revisions.get(1) + " " + id + "\n");
                out.flush();
            }
        }
    }
}
