package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.postgres.SqlStore;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many writers to few feeds, and readers that follow each feed by its cursor. */
class FollowingReadersTest {
    private static final int WRITERS = 6;
    private static final int APPENDS = 250;
    /** So small that segments change and are indexed while they are read. */
    private static final long SEGMENT_BYTES = 20_000;

    private static final List<FeedId> FEEDS = List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER, FeedId.ORDERS);

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger writing = new AtomicInteger();
    private final News news = new News();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Lets readers that are up to date yield to the writers. */
    private static final class News implements FeedListener {
        private static final long AT_MOST_MILLIS = 5;

        private volatile CountDownLatch next = new CountDownLatch(1);

        /** Whether something was committed recently. */
        boolean await() throws InterruptedException {
            return next.await(AT_MOST_MILLIS, TimeUnit.MILLISECONDS);
        }

        @Override
        public void committed(List<Advance> advances) {
            CountDownLatch now = next;
            next = new CountDownLatch(1);
            now.countDown();
        }
    }

    /** The head of the feed, as readers see it. */
    private interface Head {
        Feed now();
    }

    /** Reads page after page until nobody writes and the head is reached: no revision is skipped or seen twice. */
    private List<String> follow(LogStore store, Head where, int seed) throws InterruptedException {
        Random random = new Random(seed);
        List<String> seen = new ArrayList<>();
        while (true) {
            boolean isLast = writing.get() == 0;
            Feed feed = where.now();
            Revision head = feed.head();
            List<Change> page = store.read(
                    feed, new Revision(seen.size()), head, 1 + random.nextInt(40), LogStoreFixture.NO_BYTES_LIMIT);
            assertTrue(page.size() > 0 || seen.size() == head.value(), "what is below the head is there");
            for (Change change : page) {
                assertEquals(new Revision(seen.size() + 1), change.revision());
                seen.add(LogStoreFixture.data(change.event()));
            }
            if (page.isEmpty()) {
                if (isLast) {
                    return seen;
                }
                boolean unused = news.await();
            }
        }
    }

    private void readersOfALogSkipAndRepeatNothing(LogStore store) throws Exception {
        LogLimits limits = LogLimits.DEFAULT.withRecentBytesMax(2_000);
        try (EventLog log = new EventLog(store, limits, Clock.systemUTC(), new SimpleMeterRegistry())) {
            log.listen(news);
            List<Feed> feeds = FEEDS.stream().map(log::getOrCreateFeed).toList();
            Map<String, Long> acknowledged = new ConcurrentHashMap<>();
            List<Future<List<String>>> readers = new ArrayList<>();
            List<Future<?>> writers = new ArrayList<>();
            writing.set(WRITERS);
            for (int i = 0; i < WRITERS; i++) {
                String name = "writer-" + i;
                Feed device = feeds.get(i % 2);
                writers.add(threads.submit(() -> {
                    for (int n = 0; n < APPENDS; n++) {
                        String id = name + "-" + n;
                        List<Long> revisions =
                                log.submit(new Append(id, device, feeds.get(2))).join();
                        acknowledged.put(device.id() + " " + id, revisions.get(0));
                        acknowledged.put(FeedId.ORDERS + " " + id, revisions.get(1));
                    }
                    writing.decrementAndGet();
                }));
            }
            for (Feed feed : feeds) {
                readers.add(threads.submit(() -> follow(store, () -> feed, 1)));
                readers.add(threads.submit(() -> followThroughMemory(log, feed)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            for (int i = 0; i < readers.size(); i++) {
                List<String> seen = readers.get(i).get();
                FeedId id = feeds.get(i / 2).id();
                assertEquals(id.equals(FeedId.ORDERS) ? WRITERS * APPENDS : WRITERS * APPENDS / 2, seen.size());
                for (int at = 0; at < seen.size(); at++) {
                    assertEquals(at + 1L, acknowledged.get(id + " " + seen.get(at)), "as it was acknowledged");
                }
            }
        }
    }

    /** As {@link #follow}, from memory where the changes are still there. */
    private List<String> followThroughMemory(EventLog log, Feed feed) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        while (true) {
            boolean isLast = writing.get() == 0;
            Revision head = feed.head();
            List<Change> recent = feed.recent(new Revision(seen.size()), 10, LogStoreFixture.NO_BYTES_LIMIT);
            List<Change> page = recent != null
                    ? recent
                    : log.store().read(feed, new Revision(seen.size()), head, 10, LogStoreFixture.NO_BYTES_LIMIT);
            for (Change change : page) {
                assertEquals(new Revision(seen.size() + 1), change.revision());
                seen.add(LogStoreFixture.data(change.event()));
            }
            if (page.isEmpty()) {
                if (isLast) {
                    return seen;
                }
                boolean unused = news.await();
            }
        }
    }

    @Test
    void guarantee2ReaderOfALogInSegmentsSkipsAndRepeatsNothing() throws Exception {
        readersOfALogSkipAndRepeatNothing(SegmentStore.open(
                new DiskFolder(folder),
                new SegmentOptions(Durability.PROCESS, SEGMENT_BYTES, 1 << 20, false),
                new Random(7),
                System::nanoTime,
                System.currentTimeMillis()));
    }

    @Test
    void guarantee2ReaderOfALogInPostgresSkipsAndRepeatsNothing() throws Exception {
        readersOfALogSkipAndRepeatNothing(
                SqlStore.open(PostgresFixture.freshDatabase().open(8), new Random(7), false, () -> 0));
    }

    @Test
    void guarantee2TwoProcessesThatWriteToTheSameFeedsLeaveNoGapForAnyReader() throws Exception {
        PostgresFixture postgres = PostgresFixture.freshDatabase();
        int groups = 150;
        try (SqlStore one = SqlStore.open(postgres.open(3), new Random(7), false, () -> 0);
                SqlStore two = SqlStore.open(postgres.open(3), new Random(7), false, () -> 0);
                SqlStore watching = SqlStore.open(postgres.open(4), new Random(7), false, () -> 0)) {
            FEEDS.forEach(id -> LogStoreFixture.make(one, id));
            writing.set(2);
            List<Future<Integer>> writers =
                    List.of(threads.submit(writer(one, "one", groups)), threads.submit(writer(two, "two", groups)));
            List<Future<List<String>>> readers = new ArrayList<>();
            for (FeedId id : FEEDS) {
                readers.add(threads.submit(
                        () -> follow(watching, () -> watching.feeds(List.of(id)).get(0), 1)));
            }
            int written = writers.get(0).get() + writers.get(1).get();
            int seen = 0;
            for (Future<List<String>> reader : readers) {
                List<String> data = reader.get();
                Set<String> once = new HashSet<>(data);
                assertEquals(once.size(), data.size(), "no event is twice in a feed");
                seen += data.size();
            }
            assertEquals(written, seen);
        }
    }

    /** Groups of one to five events, each to one or two feeds that are named in any order; answers how many entries. */
    private Callable<Integer> writer(SqlStore store, String name, int groups) {
        return () -> {
            LogStoreFixture fixture = new LogStoreFixture(store);
            Random random = new Random(name.hashCode());
            List<Feed> feeds = FEEDS.stream().map(fixture::make).toList();
            int entries = 0;
            for (int n = 0; n < groups; n++) {
                Feed first = feeds.get(random.nextInt(3));
                Feed second = feeds.get(random.nextInt(3));
                Set<Feed> both = new LinkedHashSet<>(List.of(first));
                both.add(second);
                int events = 1 + random.nextInt(5);
                String id = name + "-" + n + "-";
                IdempotencyKey key = IdempotencyKey.of(name, id);
                WriteBatch batch = fixture.write(
                        LogStoreFixture.needs(both, Set.of(), Set.of(key)), LogStoreFixture.MORNING, decided -> {
                            for (int i = 0; i < events; i++) {
                                LogStoreFixture.append(decided, id + i, both.toArray(Feed[]::new));
                            }
                            decided.acknowledge(first, decided.headPosition(first));
                        });
                entries += batch.entries().size();
            }
            writing.decrementAndGet();
            return entries;
        };
    }

    @Test
    void sameKeyAtTwoProcessesIsAnsweredOnce() throws Exception {
        PostgresFixture postgres = PostgresFixture.freshDatabase();
        try (SqlStore one = SqlStore.open(postgres.open(2), new Random(7), false, () -> 0);
                SqlStore two = SqlStore.open(postgres.open(2), new Random(7), false, () -> 0)) {
            List<Future<Integer>> writers = new ArrayList<>();
            for (SqlStore store : List.of(one, two)) {
                writers.add(threads.submit(() -> {
                    LogStoreFixture fixture = new LogStoreFixture(store);
                    // feeds of their own, so that they share only the lock of the key
                    Feed feed = store == one ? fixture.grill() : fixture.fryer();
                    int appended = 0;
                    for (int n = 0; n < 50; n++) {
                        IdempotencyKey key = IdempotencyKey.of("test", "order-" + n);
                        appended += fixture.write(
                                        LogStoreFixture.needs(Set.of(feed), Set.of(), Set.of(key)),
                                        LogStoreFixture.MORNING,
                                        batch -> {
                                            if (batch.get(StoredResponse.TYPE, key) == null) {
                                                Event event = LogStoreFixture.append(batch, "x", feed);
                                                LogStoreFixture.store(
                                                        batch,
                                                        new StoredResponse(
                                                                key,
                                                                new byte[0],
                                                                null,
                                                                event.eventNumber(),
                                                                event.atMillis()));
                                            }
                                        })
                                .events()
                                .size();
                    }
                    return appended;
                }));
            }
            assertEquals(50, writers.get(0).get() + writers.get(1).get());
        }
    }
}
