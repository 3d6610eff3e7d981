package io.bellwire.http;

import io.bellwire.log.Database;
import io.bellwire.log.LogStore;
import io.bellwire.log.SqlStore;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.LogFolder;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.time.Clock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Opens the log where the options say that it is: in segments on disk, in segments in memory, or on PostgreSQL. */
final class LogStores {
    private LogStores() {}

    /**
     * Opens the log, and makes it if it is new. Blocks.
     *
     * @param folder the data folder; null for a server that has none
     * @param nanoTime a clock that only measures time, in nanoseconds
     * @throws java.io.UncheckedIOException if it cannot be opened
     * @throws ConfigurationException if the data folder holds what this version does not read, or is that of a server whose log is
     *     elsewhere
     */
    static LogStore open(
            FeedApiOptions options,
            @Nullable DataFolder folder,
            RandomGenerator random,
            Clock clock,
            LongSupplier nanoTime) {
        if (options.postgres().isPresent()) {
            return onPostgres(options.postgres().get(), options, folder, random, nanoTime);
        }
        LogFolder files = folder == null ? new MemoryFolder() : new DiskFolder(folder.logFolder());
        return SegmentStore.open(
                files,
                SegmentOptions.of(options.durability(), options.limits().indexBytesMax(), options.newEpoch()),
                random,
                nanoTime,
                clock.millis());
    }

    private static LogStore onPostgres(
            FeedApiOptions.Postgres postgres,
            FeedApiOptions options,
            @Nullable DataFolder folder,
            RandomGenerator random,
            LongSupplier nanoTime) {
        if (folder != null) {
            folder.requireNoLog();
        }
        // the writer, the readers, the fan-out and the order search, and one more for whoever starts or ends
        int connectionsMax = options.limits().readers() + 4;
        Database database =
                Database.postgresForOneServer(postgres.url(), postgres.user(), postgres.password(), connectionsMax);
        try {
            LogStore store = SqlStore.open(database, random, options.newEpoch(), nanoTime);
            if (folder != null) {
                folder.markLogElsewhere();
            }
            return store;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }
}
