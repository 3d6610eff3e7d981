package io.bellwire.http;

import io.bellwire.log.Durability;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.LogBackup;
import io.bellwire.segment.LogCheck;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What is done with a data folder beside serving it: checking its log, copying it, and making a new one from a copy. */
public final class LogMaintenance {
    private static final long INDEX_BYTES = 1 << 20;

    private LogMaintenance() {}

    /**
     * Reads the whole log and says what is wrong with it; {@link ConfigurationException} if a server works on the folder, or it cannot
     * be read.
     *
     * @param progress is given a line for each segment
     */
    public static LogCheck.Report check(Path dataFolder, Consumer<String> progress) {
        requireLog(dataFolder);
        try (DataFolder held = DataFolder.open(dataFolder)) {
            return LogCheck.run(new DiskFolder(held.logFolder()), progress);
        } catch (UncheckedIOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Copies the log and the operator's token to {@code backup}, which must be empty or not there yet. A server may work on the data
     * folder meanwhile: what it had acknowledged when this was called is in the copy.
     */
    public static LogBackup.Copied backup(Path dataFolder, Path backup) {
        requireLog(dataFolder);
        try {
            LogBackup.Copied copied = LogBackup.copy(logOf(dataFolder), logOf(backup));
            copyToken(dataFolder, backup);
            return copied;
        } catch (UncheckedIOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Makes a data folder from a backup, whose log begins a new epoch: each device gets a 410 and reads its state anew, whatever it had
     * read after the backup was made. The data folder must hold no log.
     */
    public static LogBackup.Copied restore(Path backup, Path dataFolder, Clock clock, RandomGenerator random) {
        requireLog(backup);
        try (DataFolder held = DataFolder.open(dataFolder)) {
            LogBackup.Copied copied = LogBackup.copy(logOf(backup), held.logFolder());
            copyToken(backup, dataFolder);
            SegmentStore.open(
                            new DiskFolder(held.logFolder()),
                            SegmentOptions.of(Durability.SYNC, INDEX_BYTES, true),
                            random,
                            () -> 0,
                            clock.millis(),
                            Runnable::run)
                    .close();
            return copied;
        } catch (UncheckedIOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Path logOf(Path folder) {
        return folder.resolve(DataFolder.LOG_FOLDER);
    }

    private static void requireLog(Path folder) {
        if (!Files.isDirectory(logOf(folder))) {
            throw new ConfigurationException(
                    "there is no log in " + folder + ": " + logOf(folder) + " is not a folder");
        }
    }

    /** With the mode that it has: only the folder's owner reads it. */
    private static void copyToken(Path from, Path to) {
        try {
            Files.copy(
                    from.resolve(DataFolder.TOKEN_FILE),
                    to.resolve(DataFolder.TOKEN_FILE),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // a server that is given a folder without one makes one
        } catch (IOException e) {
            throw new UncheckedIOException("the operator's token cannot be copied: " + e.getMessage(), e);
        }
    }
}
