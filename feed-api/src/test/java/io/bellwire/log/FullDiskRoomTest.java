package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.segment.CrashFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The last bytes of a disk are for the log's own work: without them retention could never make room again. */
class FullDiskRoomTest {
    private static final Duration KEPT = Duration.ofHours(1);
    private static final long KEPT_FREE_BYTES = 100_000;
    private static final long DISK_BYTES = 160_000;

    private final AtomicLong nanos = new AtomicLong();
    private final CrashFolder folder = new CrashFolder(write -> {});

    private SegmentStore open() {
        return SegmentStore.open(
                folder,
                new SegmentOptions(Durability.SYNC, 6_000, 1 << 20, false).withFreeBytesMin(KEPT_FREE_BYTES),
                new Random(7),
                nanos::get,
                LogStoreFixture.MORNING.toEpochMilli(),
                Runnable::run);
    }

    @Test
    void retentionMakesRoomOnADiskOnWhichNothingElseIsWrittenAnyMore() {
        folder.limitTo(DISK_BYTES);
        try (SegmentStore store = open()) {
            LogStoreFixture fixture = new LogStoreFixture(store);
            Feed grill = fixture.grill();
            int[] written = new int[1];
            assertThrows(DiskFullException.class, () -> {
                for (; written[0] < 1_000; written[0]++) {
                    fixture.append("x".repeat(500), grill);
                }
            });
            assertEquals(written[0], fixture.read(grill, 0, 1_000).size(), "all that was accepted is read");
            assertTrue(store.problem().orElse("").contains("is full"), store.problem()::toString);
            assertEquals(
                    LogStoreFixture.GRILL, fixture.make(LogStoreFixture.GRILL).id(), "what writes nothing goes on");

            nanos.addAndGet(KEPT.multipliedBy(3).toNanos());
            long later = LogStoreFixture.MORNING.plus(KEPT.multipliedBy(3)).toEpochMilli();
            long unused = store.expire(later, KEPT, KEPT, (feed, earliest) -> {});

            assertEquals(Optional.empty(), store.problem());
            Event unusedEvent = fixture.append("y", grill); // without a restart
        }
    }
}
