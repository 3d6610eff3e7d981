package io.bellwire.feedapi;

import io.bellwire.query.OrderSearch;
import io.bellwire.registry.Secret;
import io.bellwire.runtime.PrivateFiles;
import io.bellwire.sealed.SettingsKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data folder of a server: its lock, its log folder, the operator's token, and the key of the settings. One process at a time holds the
 * lock; the operating system releases it when the process ends in any way.
 */
final class DataFolder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);

    private static final String LOCK_FILE = "bellwire.lock";
    static final String TOKEN_FILE = "operator-token";
    static final String SETTINGS_KEY_FILE = "settings-key";
    static final String LOG_FOLDER = "log";
    /** The file that marks a folder whose server has its log on PostgreSQL. */
    private static final String POSTGRES_MARKER = "log-in-postgresql";

    private static final String H2_LOG = "bellwire.mv.db";
    private static final String QUERY_DATABASE = OrderSearch.DATABASE_FILE;
    private static final List<String> FILES =
            List.of(LOCK_FILE, TOKEN_FILE, SETTINGS_KEY_FILE, LOG_FOLDER, POSTGRES_MARKER, H2_LOG, QUERY_DATABASE);

    private static final int TOKEN_LENGTH_MIN = 32;

    private final Path folder;
    private final FileChannel lockChannel;

    private DataFolder(Path folder, FileChannel lockChannel) {
        this.folder = folder;
        this.lockChannel = lockChannel;
    }

    /**
     * Creates the folder if it is missing, and locks it; throws {@link ConfigurationException} if that is not possible.
     */
    static DataFolder open(Path folder) {
        FileChannel channel = null;
        try {
            PrivateFiles.createFolders(folder);
            requireOwn(folder);
            channel = PrivateFiles.open(folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) != null) {
                closeToOthers(folder);
                return new DataFolder(folder, channel);
            }
            channel.close();
        } catch (FileAlreadyExistsException e) {
            throw new ConfigurationException("data folder " + folder + " is not a folder", e);
        } catch (IOException e) {
            throw new ConfigurationException("data folder " + folder + " cannot be used: " + e.getMessage(), e);
        }
        throw new ConfigurationException("data folder " + folder + " is in use by another server");
    }

    /**
     * A folder that others can read becomes the owner's alone if it is empty or a server's: earlier versions made such
     * folders. Any other one may be shared for a purpose, such as /tmp, and is refused.
     */
    private static void requireOwn(Path folder) throws IOException {
        boolean isServers = FILES.stream().anyMatch(name -> Files.exists(folder.resolve(name)));
        if (PrivateFiles.isOpenToOthers(folder) && !isServers) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new ConfigurationException("data folder " + folder
                            + " is open to other users, and holds files of others than a server: name an empty folder,"
                            + " or close it with chmod 700");
                }
            }
        }
    }

    private static void closeToOthers(Path folder) throws IOException {
        int changed = PrivateFiles.closeToOthers(folder);
        if (changed > 0) {
            log.warn(
                    "data folder {} was open to other users: {} files and folders are now the owner's alone",
                    folder,
                    changed);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this process holds it already
        }
    }

    Path path() {
        return folder;
    }

    /**
     * The folder of the log's segments, created if it is missing. Throws {@link ConfigurationException} if the log has
     * been lost, if the data folder holds a log of an earlier format, or if the folder's server has its log on
     * PostgreSQL.
     */
    Path logFolder() {
        if (Files.exists(folder.resolve(POSTGRES_MARKER))) {
            throw new ConfigurationException(
                    "data folder " + folder
                            + " belongs to a server whose log is in PostgreSQL, and no database is named; name it, or use another folder");
        }
        if (Files.exists(folder.resolve(H2_LOG))) {
            throw new ConfigurationException(
                    "data folder " + folder + " holds a log of an earlier form (" + H2_LOG
                            + "), which this version does not read: start with an empty folder, or with the version that wrote it");
        }
        Path logFolder = folder.resolve(LOG_FOLDER);
        if (!Files.exists(logFolder) && Files.exists(folder.resolve(QUERY_DATABASE))) {
            throw new ConfigurationException("data folder " + folder + " has lost its log: " + QUERY_DATABASE
                    + ", which is made from a log, is there, and " + LOG_FOLDER
                    + " is not; restore a backup, or delete "
                    + QUERY_DATABASE + " to start with an empty log");
        }
        try {
            return PrivateFiles.createFolders(logFolder);
        } catch (IOException e) {
            throw new ConfigurationException("folder " + logFolder + " cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * Throws {@link ConfigurationException} if the folder holds a log, since a server on PostgreSQL would not read it.
     */
    void requireNoLog() {
        if (Files.exists(folder.resolve(LOG_FOLDER))) {
            throw new ConfigurationException("data folder " + folder + " holds a log (" + LOG_FOLDER
                    + "), and a PostgreSQL database is named as well; name none, or use another folder");
        }
    }

    /** Writes the file that says that the log of this folder's server is on PostgreSQL. */
    void markLogOnPostgres() {
        try {
            write(
                    folder.resolve(POSTGRES_MARKER),
                    "The log of this server is in PostgreSQL.\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new ConfigurationException("data folder " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    Path tokenFile() {
        return folder.resolve(TOKEN_FILE);
    }

    /** The operator's token, created at the first start; only the folder's owner may read its file. */
    String operatorToken(SecureRandom random) {
        Path file = tokenFile();
        try {
            if (!Files.exists(file)) {
                writeWhole(file, (Secret.draw(random) + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (token.length() < TOKEN_LENGTH_MIN) {
                throw new ConfigurationException("the operator token in " + file + " is shorter than "
                        + TOKEN_LENGTH_MIN + " characters; delete the file to have a new one made");
            }
            return token;
        } catch (IOException e) {
            throw new ConfigurationException("operator token file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The key of the settings, created at the first start; only the folder's owner may read its file. */
    SettingsKey settingsKey(SecureRandom random) {
        Path file = folder.resolve(SETTINGS_KEY_FILE);
        try {
            if (!Files.exists(file)) {
                writeWhole(file, SettingsKey.drawBytes(random));
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != SettingsKey.BYTES) {
                throw new ConfigurationException("the settings key in " + file + " has " + key.length + " bytes, not "
                        + SettingsKey.BYTES + "; restore it from a copy, or delete the file to have a new one made,"
                        + " without which all second factors must be enrolled anew");
            }
            return new SettingsKey(key, random);
        } catch (IOException e) {
            throw new ConfigurationException("settings key file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Writes the file completely or not at all, whenever the process is killed; at no time may others read it. */
    private static void writeWhole(Path file, byte[] content) throws IOException {
        Path newFile = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(newFile);
        write(newFile, content);
        Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = PrivateFiles.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
