package io.bellwire.receiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A journal in one file, with one line of JSON for each call or page, forced to the disk before {@link #append} returns.
 * A line that a crash has left half-written is cut off when the file is opened: its call was never answered. The file
 * holds all that the receiver has applied in its life. Thread-safe.
 *
 * <p>A lock on a second file, {@code NAME.lock}, keeps a second receiver from the same file.
 *
 * <p>Format: {@code {"call":"ID","cursor":"CURSOR"|null,"changes":[{"source","id","order","version"},...]}}
 */
public final class ReceiverJournalFile implements ReceiverJournal, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel lock;
    private final List<AppliedWork> kept;
    private final FileChannel out;
    private boolean isBroken;

    private ReceiverJournalFile(Path file, FileChannel lock, List<AppliedWork> kept, FileChannel out) {
        this.file = file;
        this.lock = lock;
        this.kept = kept;
        this.out = out;
    }

    /**
     * Opens the file, or makes it.
     *
     * @param file its folder must exist
     * @throws IOException if it is not a receiver's, or is used by another; the message is one line that says so
     */
    public static ReceiverJournalFile open(Path file) throws IOException {
        Path path = file.toAbsolutePath();
        FileChannel lock = lock(path);
        try {
            FileChannel out = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return new ReceiverJournalFile(path, lock, read(path, out), out);
            } catch (IOException | RuntimeException failed) {
                out.close();
                throw failed;
            }
        } catch (IOException | RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean isLocked = false;
        try {
            isLocked = channel.tryLock() != null;
        } catch (OverlappingFileLockException sameProcess) {
            isLocked = false;
        } finally {
            if (!isLocked) {
                channel.close();
            }
        }
        if (!isLocked) {
            throw new IOException("state file " + path + " is used by another receiver: each needs a file of its own");
        }
        return channel;
    }

    /** The file's lines; leaves the channel at the end of the last one. */
    private static List<AppliedWork> read(Path path, FileChannel out) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        out.truncate(end).position(end);
        List<AppliedWork> all = new ArrayList<>();
        for (String line :
                new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList()) {
            try {
                all.add(parse(JSON.readTree(line)));
            } catch (IOException | IllegalArgumentException wrong) {
                throw new IOException(
                        "state file " + path + " is not a receiver's: line " + (all.size() + 1) + " is wrong", wrong);
            }
        }
        return all;
    }

    private static AppliedWork parse(JsonNode line) {
        if (!line.path("call").isTextual() || !line.path("changes").isArray()) {
            throw new IllegalArgumentException("neither call nor changes");
        }
        List<AppliedChange> changes = new ArrayList<>();
        for (JsonNode change : line.path("changes")) {
            changes.add(new AppliedChange(
                    change.path("source").asText(),
                    change.path("id").asText(),
                    change.path("order").asText(),
                    change.path("version").asLong()));
        }
        @Nullable String cursor = line.path("cursor").isTextual() ? line.path("cursor").asText() : null;
        return new AppliedWork(line.path("call").asText(), changes, cursor);
    }

    private static String line(AppliedWork work) {
        ObjectNode line = JSON.createObjectNode();
        line.put("call", work.callId());
        line.put("cursor", work.cursor());
        var changes = line.putArray("changes");
        for (AppliedChange change : work.changes()) {
            changes.addObject()
                    .put("source", change.source())
                    .put("id", change.id())
                    .put("order", change.orderId())
                    .put("version", change.version());
        }
        return line.toString();
    }

    @Override
    public List<AppliedWork> load() {
        return kept;
    }

    @Override
    public synchronized void append(AppliedWork work) throws IOException {
        if (isBroken) {
            throw new IOException(file + " has ended in the middle of a line");
        }
        long before = out.position();
        ByteBuffer bytes = ByteBuffer.wrap((line(work) + "\n").getBytes(StandardCharsets.UTF_8));
        boolean isWritten = false;
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(false);
            isWritten = true;
        } finally {
            if (!isWritten) {
                // else the next line would begin in the middle of this one
                isBroken = true;
                out.truncate(before).position(before);
                isBroken = false;
            }
        }
    }

    /** Releases the file for another receiver. */
    @Override
    public synchronized void close() throws IOException {
        out.close();
        lock.close();
    }
}
