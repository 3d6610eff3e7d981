package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.postgres.SqlStore;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes are kept for thirty days and answers for seven, of time in which a server runs: whatever its clock is set to
 * meanwhile, and however long it stood still.
 */
class RetentionClockTest {
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration ANSWERS_KEPT = Duration.ofDays(7);
    private static final IdempotencyKey BREAKFAST = IdempotencyKey.of("test", "breakfast");

    abstract static class OfAStore {
        /** Near its largest number, which it passes. */
        private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

        private Instant clock = LogStoreFixture.MORNING;
        private LogStoreFixture log;

        abstract DataStore open(AtomicLong nanos, Instant now);

        @BeforeEach
        void start() {
            log = new LogStoreFixture(open(nanos, clock));
            Feed grill = log.grill();
            log.appendAt(clock, "first", grill);
            log.write(
                    LogStoreFixture.needs(Set.of(grill), Set.of(), Set.of(BREAKFAST)),
                    clock,
                    group -> LogStoreFixture.store(
                            group,
                            new StoredResponse(BREAKFAST, new byte[0], null, EventNumber.NONE, clock.toEpochMilli())));
            log.appendAt(clock, "last", grill);
            forget();
        }

        @AfterEach
        void stop() {
            log.store().close();
        }

        private void forget() {
            long unused = log.store().expire(clock.toEpochMilli(), KEPT, ANSWERS_KEPT, (feedNumber, earliest) -> {});
        }

        private void expectFirstKept(long revision) {
            assertEquals(
                    new Revision(revision), log.stored(LogStoreFixture.GRILL).first());
        }

        /** Retention runs every hour. */
        private void forgetWhilePasses(Duration time) {
            for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusHours(1)) {
                nanos.addAndGet(Duration.ofHours(1).toNanos());
                clock = clock.plusSeconds(3_600);
                forget();
            }
        }

        private StoredResponse answer() {
            StoredResponse[] found = new StoredResponse[1];
            log.write(
                    LogStoreFixture.needs(Set.of(), Set.of(), Set.of(BREAKFAST)),
                    clock,
                    group -> found[0] = group.get(StoredResponse.TYPE, BREAKFAST));
            return found[0];
        }

        @ParameterizedTest
        @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
        void clockThatIsSetMakesNothingOldAndKeepsNothingForEver(Duration jump) {
            for (int i = 0; i < 3; i++) {
                clock = clock.plus(jump);
                forget();
                assertNotNull(answer());
            }

            forgetWhilePasses(ANSWERS_KEPT.minusHours(2));
            assertNotNull(answer());
            clock = clock.minus(jump.multipliedBy(3));
            forgetWhilePasses(Duration.ofHours(3));
            assertNull(answer());
            forgetWhilePasses(KEPT.minus(ANSWERS_KEPT).minusHours(3));
            expectFirstKept(1);
            forgetWhilePasses(Duration.ofDays(5));
            expectFirstKept(2);
        }

        @ParameterizedTest
        @ValueSource(strings = {"P30D", "P-30D"}) // an hour is a part of it
        void clockThatIsSetBetweenTwoRunsMakesNothingOldAndKeepsNothingForEver(Duration jump) {
            for (int i = 0; i < 3; i++) {
                log.store().close();
                clock = clock.plus(jump);
                log = new LogStoreFixture(open(nanos, clock));
                forget();
                assertNotNull(answer());
                expectFirstKept(1);
            }
            log.store().close();
            clock = clock.minus(jump.multipliedBy(3));
            log = new LogStoreFixture(open(nanos, clock));
            log.appendAt(clock, "other", log.fryer());

            forgetWhilePasses(KEPT.plusDays(5));
            assertNull(answer());
            expectFirstKept(2);
        }

        /** For how long the change is kept, in milliseconds; -1 if retention does not take it. */
        private long left(long revision) {
            Feed grill = log.stored(LogStoreFixture.GRILL);
            return log.store()
                    .keptMillis(Map.of(grill, new Revision(revision)), clock.toEpochMilli(), KEPT)
                    .getOrDefault(grill, -1L);
        }

        /** By the hour, what was said of a change is what retention does with it. */
        @ParameterizedTest
        @ValueSource(strings = {"PT0S", "P30D", "P-30D"})
        void whenRetentionTakesAChangeIsKnownBeforehandWhateverTheClock(Duration jump) {
            long before = left(1);
            clock = clock.plus(jump);
            long after = left(1);
            assertTrue(after >= before - 2_000, "a jump makes nothing old: " + before + ", " + after);
            assertTrue(after > KEPT.minusHours(1).toMillis(), "left: " + after);
            if (!jump.isNegative()) {
                assertTrue(after <= KEPT.toMillis() + 2_000, "left: " + after);
            }
            clock = clock.minus(jump);

            int hours = 0;
            long leftMillis = after;
            while (log.stored(LogStoreFixture.GRILL).first().equals(new Revision(1))) {
                assertTrue(++hours < 40 * 24, "it is kept for ever");
                leftMillis = left(1);
                forgetWhilePasses(Duration.ofHours(1));
                boolean isTaken = !log.stored(LogStoreFixture.GRILL).first().equals(new Revision(1));
                long hourMillis = Duration.ofHours(1).toMillis();
                assertEquals(isTaken, leftMillis < hourMillis, "after " + hours + " h, left: " + leftMillis);
            }
            assertEquals(0, left(1), "taken");
            assertEquals(-1, left(2), "the newest change of a feed is not taken");
        }

        @Test
        void serverThatStoodStillForAMonthForgetsNothingAtItsStart() {
            forgetWhilePasses(Duration.ofDays(6));
            log.appendAt(clock, "other", log.fryer());
            log.store().close();
            clock = clock.plus(Duration.ofDays(40));
            log = new LogStoreFixture(open(nanos, clock));

            forget();
            assertNotNull(answer());
            expectFirstKept(1);

            forgetWhilePasses(Duration.ofDays(2));
            assertNull(answer());
            expectFirstKept(1);
            forgetWhilePasses(KEPT);
            expectFirstKept(2);
        }
    }

    @Nested
    class InSegments extends OfAStore {
        private final MemoryFolder folder = new MemoryFolder();

        @Override
        DataStore open(AtomicLong nanos, Instant now) {
            return SegmentStore.open(
                    folder,
                    new SegmentOptions(Durability.SYNC, 1, 1 << 20, false),
                    new Random(7),
                    nanos::get,
                    now.toEpochMilli(),
                    Runnable::run);
        }
    }

    @Nested
    class OnPostgres extends OfAStore {
        private final PostgresFixture postgres = PostgresFixture.freshDatabase();

        @Override
        DataStore open(AtomicLong nanos, Instant now) {
            return SqlStore.open(postgres.open(3), new Random(7), false, nanos::get);
        }
    }
}
