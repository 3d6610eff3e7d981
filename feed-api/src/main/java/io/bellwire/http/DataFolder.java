package io.bellwire.http;

import io.bellwire.query.OrderSearch;
import io.bellwire.registry.Secret;
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
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a server keeps its data in, held by one process at a time: the operating system lets go of the lock when
 * the process ends, however it ends.
 */
final class DataFolder implements AutoCloseable {
    private static final String LOCK_FILE = "bellwire.lock";
    static final String TOKEN_FILE = "operator-token";
    static final String LOG_FOLDER = "log";
    /** Is there if the log of this folder's server is on PostgreSQL. */
    private static final String LOG_ELSEWHERE = "log-in-postgresql";

    private static final String OLD_LOG = "bellwire.mv.db";
    private static final String QUERY_DATABASE = OrderSearch.DATABASE_FILE;
    private static final int TOKEN_LENGTH_MIN = 32;

    private final Path folder;
    private final FileChannel lockChannel;

    private DataFolder(Path folder, FileChannel lockChannel) {
        this.folder = folder;
        this.lockChannel = lockChannel;
    }

    /** Makes the folder if need be and takes hold of it; a {@link ConfigurationException} says why not. */
    static DataFolder open(Path folder) {
        FileChannel channel = null;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) != null) {
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

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    Path path() {
        return folder;
    }

    /**
     * The folder of the log's segments, made if it is not there. {@link ConfigurationException} if there must be one and is not, or if
     * the data folder holds a log of an earlier form, or is that of a server whose log is on PostgreSQL.
     */
    Path logFolder() {
        if (Files.exists(folder.resolve(LOG_ELSEWHERE))) {
            throw new ConfigurationException(
                    "data folder " + folder
                            + " belongs to a server whose log is in PostgreSQL, and no database is named; name it, or use another folder");
        }
        if (Files.exists(folder.resolve(OLD_LOG))) {
            throw new ConfigurationException(
                    "data folder " + folder + " holds a log of an earlier form (" + OLD_LOG
                            + "), which this version does not read: start with an empty folder, or with the version that wrote it");
        }
        Path log = folder.resolve(LOG_FOLDER);
        if (!Files.exists(log) && Files.exists(folder.resolve(QUERY_DATABASE))) {
            throw new ConfigurationException("data folder " + folder + " has lost its log: " + QUERY_DATABASE
                    + ", which is made from a log, is there, and " + LOG_FOLDER
                    + " is not; restore a backup, or delete "
                    + QUERY_DATABASE + " to start with an empty log");
        }
        try {
            return Files.createDirectories(log);
        } catch (IOException e) {
            throw new ConfigurationException("folder " + log + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** {@link ConfigurationException} if the folder holds a log: the server's would be another one, on PostgreSQL. */
    void requireNoLog() {
        if (Files.exists(folder.resolve(LOG_FOLDER))) {
            throw new ConfigurationException("data folder " + folder + " holds a log (" + LOG_FOLDER
                    + "), and a PostgreSQL database is named as well; name none, or use another folder");
        }
    }

    /** Notes that the log of this folder's server is on PostgreSQL. */
    void markLogElsewhere() {
        try {
            Files.writeString(folder.resolve(LOG_ELSEWHERE), "The log of this server is in PostgreSQL.\n");
        } catch (IOException e) {
            throw new ConfigurationException("data folder " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    Path tokenFile() {
        return folder.resolve(TOKEN_FILE);
    }

    /** The operator's token, made at the first start, readable by the folder's owner alone. */
    String operatorToken(SecureRandom random) {
        Path file = tokenFile();
        try {
            if (!Files.exists(file)) {
                writeToken(file, Secret.draw(random));
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

    /** Whole or not at all, so that a kill at the first start leaves no half of a token; and never readable by others. */
    private void writeToken(Path file, String token) throws IOException {
        FileAttribute<?>[] mode = Files.getFileStore(folder).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path draft = folder.resolve(TOKEN_FILE + ".new");
        Files.deleteIfExists(draft);
        try (FileChannel channel =
                FileChannel.open(draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            ByteBuffer bytes = ByteBuffer.wrap((token + "\n").getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
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
