package io.bellwire.feedapi;

import io.bellwire.postgres.Database;
import io.bellwire.postgres.SqlStore;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.LogFolder;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import java.time.Clock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Opens the log that the options name: segments on disk, segments in memory, or PostgreSQL. */
final class LogStores {
    private LogStores() {}

    /**
     * Opens the log, and creates it if it is new. Blocks.
     *
     * @param folder the data folder; null for a server that has none
     * @param nanoTime a clock that only measures time, in nanoseconds
     * @throws java.io.UncheckedIOException if it cannot be opened
     * @throws ConfigurationException if the data folder holds a format that this version does not read, or belongs to a
     *     server whose log is elsewhere
     */
    static DataStore open(
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
                SegmentOptions.of(options.durability(), options.limits().indexBytesMax(), options.newEpoch())
                        .withFreeBytesMin(options.limits().diskFreeBytesMin()),
                random,
                nanoTime,
                clock.millis());
    }

    private static DataStore onPostgres(
            FeedApiOptions.Postgres postgres,
            FeedApiOptions options,
            @Nullable DataFolder folder,
            RandomGenerator random,
            LongSupplier nanoTime) {
        if (folder != null) {
            folder.requireNoLog();
        }
        // one each for the readers, the writer, the fan-out and the order search, and one for the start and the stop
        int connectionsMax = options.limits().readers() + 4;
        Database database =
                Database.postgresForOneServer(postgres.url(), postgres.user(), postgres.password(), connectionsMax);
        try {
            DataStore store = SqlStore.open(database, random, options.newEpoch(), nanoTime);
            if (folder != null) {
                folder.markLogOnPostgres();
            }
            return store;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }
}
