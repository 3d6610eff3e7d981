package io.bellwire.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.feed.FeedRead.Reason;
import io.bellwire.http.TestClock;
import io.bellwire.log.Append;
import io.bellwire.log.Cursor;
import io.bellwire.log.Durability;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two logs of one epoch have their first changes in common and differ after that, as a log and its backup do if the
 * backup is restored without a new epoch. Cursors of one log are used on the other, whose changes are in memory or are
 * not.
 */
class LostEndTest {
    private static final FeedId GRILL = new FeedId("devices/grill");
    private static final Clock NINE = Clock.fixed(Instant.parse("2026-11-20T09:00:00Z"), ZoneOffset.UTC);
    private static final long IN_MEMORY = 1 << 20;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private static SegmentStore open(MemoryFolder disk, Clock clock) {
        AtomicLong nanos = new AtomicLong();
        return SegmentStore.open(
                disk,
                new SegmentOptions(Durability.SYNC, 1, 1 << 20, false),
                new Random(7), // and so of one epoch
                () -> nanos.addAndGet(TimeUnit.DAYS.toNanos(1)),
                clock.millis(),
                Runnable::run);
    }

    private static EventLog open(MemoryFolder disk, Clock clock, long recentBytesMax) {
        LogLimits limits = LogLimits.DEFAULT.withRecentBytesMax(recentBytesMax);
        return new EventLog(open(disk, clock), limits, clock, new SimpleMeterRegistry());
    }

    /** A log with the two changes that all logs have, and with {@code others} an hour later. */
    private static MemoryFolder log(String... others) {
        MemoryFolder disk = new MemoryFolder();
        TestClock clock = new TestClock("2026-11-20T08:00:00Z");
        try (EventLog log = open(disk, clock, IN_MEMORY)) {
            append(log, "first", "second");
            clock.advance(Duration.ofHours(1));
            append(log, others);
        }
        return disk;
    }

    private static void append(EventLog log, String... events) {
        for (String event : events) {
            var unused =
                    log.submit(new Append(event, log.getOrCreateFeed(GRILL))).join();
        }
    }

    private static Cursor cursor(MemoryFolder disk, long revision) {
        try (SegmentStore store = open(disk.copy(), NINE)) {
            Feed feed = store.feeds(List.of(GRILL)).get(0);
            return feed.cursor(
                    revision == 0
                            ? Position.START
                            : store.read(feed, new Revision(revision - 1), new Revision(revision), 1, Long.MAX_VALUE)
                                    .get(0)
                                    .position());
        }
    }

    private String read(EventLog log, Cursor cursor) {
        FeedReader reader = new FeedReader(log, timer, Runnable::run, 10);
        return reader.read(log.getOrCreateFeed(GRILL), Optional.of(cursor), 10, Duration.ZERO)
                .toCompletableFuture()
                .join()
                .fold(page -> page.changes().size() + " changes", reset -> reset.reason()
                        .text());
    }

    private static Optional<Reason> check(EventLog log, Cursor cursor) {
        return new CursorCheck(log)
                .check(log.getOrCreateFeed(GRILL), cursor)
                .toCompletableFuture()
                .join();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, IN_MEMORY})
    void cursorOfTheEndThatTheOtherLogHasNotIsRefusedOnTheFirstRead(long recentBytesMax) {
        MemoryFolder ours = log("third", "fourth", "fifth");
        MemoryFolder same = log("third", "other fourth", "fifth");
        try (EventLog longer = open(log("other third", "fourth", "fifth", "sixth"), NINE, recentBytesMax);
                EventLog equal = open(same, NINE, recentBytesMax);
                EventLog shorter = open(log("other third"), NINE, recentBytesMax)) {
            append(longer, "seventh");
            for (int revision = 3; revision <= 5; revision++) {
                Cursor cursor = cursor(ours, revision);
                assertEquals("cursor-not-in-log", read(longer, cursor), cursor.toString());
                assertEquals(Optional.of(Reason.CURSOR_NOT_IN_LOG), check(longer, cursor), cursor.toString());
                assertEquals(revision == 3 ? "2 changes" : "cursor-not-in-log", read(equal, cursor));
            }
            assertEquals("cursor-not-in-log", read(shorter, cursor(ours, 3)));
            assertEquals("ahead-of-log", read(shorter, cursor(ours, 4)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, IN_MEMORY})
    void cursorOfWhatBothHaveIsContinued(long recentBytesMax) {
        MemoryFolder ours = log("third", "fourth");
        try (EventLog other = open(log("other third", "fourth"), NINE, recentBytesMax)) {
            for (int revision = 0; revision <= 2; revision++) {
                assertEquals(4 - revision + " changes", read(other, cursor(ours, revision)));
                assertEquals(Optional.empty(), check(other, cursor(ours, revision)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, IN_MEMORY})
    void earliestCursorThatIsKeptHasToBeTheLogsToo(long recentBytesMax) {
        MemoryFolder store = log("third", "fourth");
        Cursor second = cursor(store, 2);
        Cursor first = cursor(store, 1);
        try (EventLog log = open(store, NINE, recentBytesMax)) {
            append(log, "fifth");
            log.expire(NINE.millis() + 1_800_000, Duration.ofMinutes(30), Duration.ofDays(1));

            assertEquals(
                    second,
                    log.getOrCreateFeed(GRILL).cursor(log.getOrCreateFeed(GRILL).earliest()));
            assertEquals("3 changes", read(log, second));
            assertEquals(Optional.empty(), check(log, second));
            Cursor other = new Cursor(second.epoch(), new Revision(2), second.chain() + 1);
            assertEquals("cursor-not-in-log", read(log, other));
            assertEquals(Optional.of(Reason.CURSOR_NOT_IN_LOG), check(log, other));
            assertEquals("before-retention", read(log, first));
        }
    }
}
