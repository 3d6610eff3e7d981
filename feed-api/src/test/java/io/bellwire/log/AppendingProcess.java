package io.bellwire.log;

import io.bellwire.presence.LastSeen;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A process that appends from several threads to the log in a folder and prints what was acknowledged, one line each:
 * feed, revision, id. It goes on until it is killed, or nobody reads the lines. Arguments: folder, durability, a name for its ids.
 */
final class AppendingProcess {
    private static final int THREADS = 4;
    private static final int SIGHTINGS = 300;
    private static final long SEGMENT_BYTES = 200_000;

    private AppendingProcess() {}

    /** Opens the log with segments so small that a kill often hits the change from one to the next. */
    static SegmentStore open(Path folder, Durability durability, Random random) {
        return SegmentStore.open(
                new DiskFolder(folder),
                new SegmentOptions(durability, SEGMENT_BYTES, 1 << 20, false),
                random,
                System::nanoTime,
                System.currentTimeMillis());
    }

    public static void main(String[] args) {
        SegmentStore store = open(Path.of(args[0]), Durability.valueOf(args[1]), new Random(args[2].hashCode()));
        EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
        PrintStream acknowledged = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        Feed orders = log.getOrCreateFeed(FeedId.ORDERS);
        for (int i = 0; i < THREADS; i++) {
            String name = args[2] + "-" + i;
            Feed device = log.getOrCreateFeed(i % 2 == 0 ? LogStoreFixture.GRILL : LogStoreFixture.FRYER);
            new Thread(() -> appendUntilKilled(log, device, orders, name, acknowledged)).start();
        }
        new Thread(() -> saveSightingsUntilKilled(log)).start();
    }

    /** What else the server writes into the same log, much of it in one batch. */
    private static void saveSightingsUntilKilled(EventLog log) {
        for (long millis = 1; ; millis++) {
            long seen = millis;
            List<LastSeen> lastSeen = IntStream.range(0, SIGHTINGS)
                    .mapToObj(i -> new LastSeen(new FeedId("devices/d-" + i), seen, "mqtt", true))
                    .toList();
            boolean unused = log.submit(new Write<Boolean>() {
                        @Override
                        public void declareNeeds(BatchNeeds needs) {}

                        @Override
                        public int bytes() {
                            return SIGHTINGS;
                        }

                        @Override
                        public Boolean decide(WriteBatch batch) {
                            lastSeen.forEach(device -> batch.put(LastSeenStore.LAST_SEEN, device.id(), device));
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
                if (out.checkError()) {
                    Runtime.getRuntime().halt(1); // the process that was to kill it has gone
                }
            }
        }
    }
}
