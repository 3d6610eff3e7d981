package io.bellwire.feedapi;

import io.bellwire.log.Durability;
import io.bellwire.runtime.PrivateFiles;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.LogBackup;
import io.bellwire.segment.LogCheck;
import io.bellwire.segment.LogRepair;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Checks, repairs, backs up and restores the log of a data folder: the commands of {@code serve} besides serving. */
public final class LogMaintenance {
    private static final long INDEX_BYTES = 1 << 20;
    /** A repair that is killed leaves this, and no log that a server would start on. */
    private static final String UNFINISHED_LOG_FOLDER = "log.unfinished";

    private LogMaintenance() {}

    /**
     * Reads the whole log and reports what is wrong with it. Blocks. Throws {@link ConfigurationException} if a server
     * uses the folder, or if it cannot be read.
     *
     * @param progress gets a line of text for each segment
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
     * Copies the log and the operator's token to {@code backup}, a folder that must be empty or missing. Blocks. It leaves
     * out the settings key, so that who can read a backup cannot decrypt what is encrypted in the log. A server may use the data folder meanwhile: the copy holds every write that was acknowledged before this call.
     */
    public static LogBackup.Copied backup(Path dataFolder, Path backup) {
        requireLog(dataFolder);
        try {
            LogBackup.Copied copied = LogBackup.copy(logOf(dataFolder), logOf(backup));
            copySecret(DataFolder.TOKEN_FILE, dataFolder, backup);
            return copied;
        } catch (UncheckedIOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Makes a data folder from a backup. Blocks. The new log begins a new epoch: each device gets a 410 and reads its
     * snapshot, whatever it had read after the backup. The data folder must not hold a log.
     */
    public static LogBackup.Copied restore(Path backup, Path dataFolder, Clock clock, RandomGenerator random) {
        requireLog(backup);
        try (DataFolder held = DataFolder.open(dataFolder)) {
            LogBackup.Copied copied = LogBackup.copy(logOf(backup), held.logFolder());
            copySecret(DataFolder.TOKEN_FILE, backup, dataFolder);
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

    /**
     * Saves what can be saved of a damaged log into a new data folder, with the operator's token and the settings key. Blocks. The new log
     * begins a new epoch, as after {@link #restore}. The damaged data folder is not changed; no server may use it.
     */
    public static LogRepair.Report repair(Path dataFolder, Path repairedFolder, RandomGenerator random) {
        requireLog(dataFolder);
        try (DataFolder damaged = DataFolder.open(dataFolder);
                DataFolder repaired = DataFolder.open(repairedFolder)) {
            Path log = logOf(repairedFolder);
            if (Files.exists(log)) {
                throw new ConfigurationException("there is a log in " + repairedFolder + "; name a new folder");
            }
            Path unfinished = PrivateFiles.createFolder(repairedFolder.resolve(UNFINISHED_LOG_FOLDER));
            LogRepair.Report report = LogRepair.run(
                    new DiskFolder(damaged.logFolder()),
                    new DiskFolder(unfinished),
                    SegmentOptions.SEGMENT_BYTES,
                    random);
            copySecret(DataFolder.TOKEN_FILE, dataFolder, repaired.path());
            copySecret(DataFolder.SETTINGS_KEY_FILE, dataFolder, repaired.path());
            Files.move(unfinished, log, StandardCopyOption.ATOMIC_MOVE);
            new DiskFolder(repairedFolder).sync();
            return report;
        } catch (FileAlreadyExistsException e) {
            throw new ConfigurationException(e.getFile() + " is left of a repair that was not finished: delete it", e);
        } catch (IOException e) {
            throw new ConfigurationException("the log in " + dataFolder + " cannot be repaired: " + e.getMessage(), e);
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

    /** Copies a file of the data folder with its mode, since only the folder's owner may read it. */
    private static void copySecret(String name, Path from, Path to) {
        try {
            Files.copy(
                    from.resolve(name),
                    to.resolve(name),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // the server creates one in a folder that has none
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be copied: " + e.getMessage(), e);
        }
    }
}
