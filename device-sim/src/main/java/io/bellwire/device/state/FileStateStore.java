package io.bellwire.device.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceState;
import io.bellwire.device.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores the state in one JSON file: writes the new state to a second file, forces that to the disk, and renames it
 * over the first. A crash at any moment leaves the old state or the new one, and perhaps a half-written second file
 * that is never read. Thread-safe.
 *
 * <p>From the first load or save until {@link #close}, or the end of the process, the store holds a lock on a third
 * file, {@code NAME.lock}, which stays empty. Another store of the same file, in this process or another, then fails:
 * two devices with one state would each skip what the other has applied. Only their owner may read the three files.
 *
 * <p>Format: {@code {"format":1,"cursor":"CURSOR"|null,"applied":N,"versions":{"ORDER_ID":VERSION,...}}}
 */
public final class FileStateStore implements StateStore, AutoCloseable {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The files that stores of this process hold: the lock of the system is one between processes. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final Path newFile;
    private final Path lockFile;
    private @Nullable FileChannel lock;

    /** @param file need not exist; its folder must exist */
    public FileStateStore(Path file) {
        this.file = file.toAbsolutePath();
        this.newFile = this.file.resolveSibling(this.file.getFileName() + ".new");
        this.lockFile = this.file.resolveSibling(this.file.getFileName() + ".lock");
    }

    @Override
    public synchronized DeviceState load() throws IOException {
        lock();
        if (!Files.exists(file)) {
            return DeviceState.FRESH;
        }
        try {
            return parse(JSON.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException | IllegalArgumentException broken) {
            throw new IOException("state file " + file + " is not a device state of format " + FORMAT, broken);
        }
    }

    @Override
    public synchronized void save(DeviceState state, List<Step> steps) throws IOException {
        lock();
        ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(json(state)));
        try (FileChannel out = open(
                newFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(newFile, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder();
    }

    private void lock() throws IOException {
        if (lock != null) {
            return;
        }
        if (!HELD.add(lockFile)) {
            throw inUse();
        }
        boolean isLocked = false;
        FileChannel channel = null;
        try {
            channel = open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            isLocked = channel.tryLock() != null;
        } finally {
            if (isLocked) {
                lock = channel;
            } else {
                HELD.remove(lockFile);
                closeQuietly(channel);
            }
        }
        if (!isLocked) {
            throw inUse();
        }
    }

    /** Opens a file; one that this creates is its owner's alone, whatever the umask. */
    private static FileChannel open(Path file, OpenOption... options) throws IOException {
        boolean hasModes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return hasModes
                ? FileChannel.open(
                        file,
                        Set.of(options),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : FileChannel.open(file, options);
    }

    private IOException inUse() {
        return new IOException("state file " + file + " is used by another device: each needs a file of its own");
    }

    /** Releases the state file for another store. */
    @Override
    public synchronized void close() {
        if (lock != null) {
            closeQuietly(lock);
            lock = null;
            HELD.remove(lockFile);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException alreadyReleased) {
            // the system releases a lock whatever close reports
            return;
        }
    }

    /**
     * Makes the rename survive a power cut, where the platform can open a folder. A failure is not reported, because
     * the new state is in place already, and a failed save would mean that it is not.
     */
    private void forceFolder() {
        Path folder = file.getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // at worst a power cut brings the old state back, and the device fetches the changes after it again
            return;
        }
    }

    private static ObjectNode json(DeviceState state) {
        DeviceCursor cursor = state.cursor();
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("cursor", cursor == null ? null : cursor.toString());
        root.put("applied", state.applied());
        ObjectNode versions = root.putObject("versions");
        state.versions().forEach(versions::put);
        return root;
    }

    private static DeviceState parse(JsonNode root) {
        if (root.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("format must be " + FORMAT + ", is " + root.path("format"));
        }
        JsonNode cursor = root.path("cursor");
        Map<String, Long> versions = new LinkedHashMap<>();
        root.path("versions")
                .properties()
                .forEach(entry -> versions.put(entry.getKey(), entry.getValue().asLong()));
        return new DeviceState(
                cursor.isTextual()
                        ? DeviceCursor.parse(cursor.asText())
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "cursor must be like EPOCH.REVISION.CHAIN, is " + cursor))
                        : null,
                versions,
                root.path("applied").asLong());
    }
}
