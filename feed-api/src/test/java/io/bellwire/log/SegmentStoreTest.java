package io.bellwire.log;

import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.LogFolder;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of {@link DataStore} on segments: on a disk, and in memory with one segment for each record, so that
 * every segment is sealed, indexed and dropped.
 */
class SegmentStoreTest {
    private static final long INDEX_BYTES = 1 << 20;

    abstract static class InSegments extends LogStoreContract implements ReopeningRules {
        private final Random random = new Random(7);
        /** Far ahead of the wall clock, which alone then says how old the log is. */
        private final AtomicLong nanos = new AtomicLong();

        private LogStoreFixture fixture;

        abstract LogFolder folder();

        long segmentBytes() {
            return SegmentOptions.SEGMENT_BYTES;
        }

        private LogStoreFixture open(boolean newEpoch) {
            return new LogStoreFixture(SegmentStore.open(
                    folder(),
                    new SegmentOptions(Durability.SYNC, segmentBytes(), INDEX_BYTES, newEpoch),
                    random,
                    () -> nanos.addAndGet(TimeUnit.DAYS.toNanos(100)),
                    LogStoreFixture.MORNING.toEpochMilli(),
                    Runnable::run));
        }

        @BeforeEach
        void openStore() {
            fixture = open(false);
        }

        @AfterEach
        void closeStore() {
            fixture.store().close();
        }

        @Override
        public LogStoreFixture fixture() {
            return fixture;
        }

        @Override
        public LogStoreFixture reopen(boolean newEpoch) {
            fixture.store().close();
            fixture = open(newEpoch);
            return fixture;
        }

        @Override
        public LogStoreFixture reopened() {
            return reopen(false);
        }
    }

    @Nested
    class OnDisk extends InSegments {
        @TempDir
        Path folder;

        @Override
        LogFolder folder() {
            return new DiskFolder(folder);
        }
    }

    @Nested
    class OneRecordASegment extends InSegments implements RetentionRules {
        private final MemoryFolder folder = new MemoryFolder();

        @Override
        LogFolder folder() {
            return folder;
        }

        @Override
        long segmentBytes() {
            return 1;
        }
    }
}
