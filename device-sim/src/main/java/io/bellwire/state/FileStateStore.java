package io.bellwire.state;

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
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON file, replaced as a whole: the new state is written beside it, forced to the disk and renamed over it. A crash
 * at any moment leaves the old file or the new one, and at worst a half-written neighbour that nobody reads. Thread-safe.
 *
 * <p>Shape: {@code {"format":1,"cursor":"CURSOR"|null,"applied":N,"versions":{"ORDER_ID":VERSION,...}}}
 */
public final class FileStateStore implements StateStore {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Path draft;

    /** @param file need not exist; its folder must */
    public FileStateStore(Path file) {
        this.file = file.toAbsolutePath();
        this.draft = this.file.resolveSibling(this.file.getFileName() + ".new");
    }

    @Override
    public synchronized DeviceState load() throws IOException {
        if (!Files.exists(file)) {
            return DeviceState.FRESH;
        }
        try {
            return parse(JSON.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException | IllegalArgumentException broken) {
            throw new IOException("state file " + file + " is not what a device wrote", broken);
        }
    }

    @Override
    public synchronized void save(DeviceState state, List<Step> steps) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(format(state)));
        try (FileChannel out = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder();
    }

    /**
     * Makes the rename itself survive a power cut, where the platform lets a folder be opened. The new file is in place
     * already, so to report a failure here would claim that the old state still stands.
     */
    private void forceFolder() {
        Path folder = file.getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // at worst a power cut brings the old state back, and its changes come again from the feed
            return;
        }
    }

    private static ObjectNode format(DeviceState state) {
        DeviceCursor cursor = state.cursor();
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("cursor", cursor == null ? null : cursor.toString());
        root.put("applied", state.applied());
        ObjectNode versions = root.putObject("versions");
        state.versions().forEach(versions::put);
        return root;
    }

    private static DeviceState parse(@Nullable JsonNode root) {
        if (root == null || root.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException("format is not " + FORMAT);
        }
        JsonNode cursor = root.path("cursor");
        Map<String, Long> versions = new LinkedHashMap<>();
        root.path("versions")
                .properties()
                .forEach(entry -> versions.put(entry.getKey(), entry.getValue().asLong()));
        return new DeviceState(
                cursor.isTextual()
                        ? DeviceCursor.parse(cursor.asText())
                                .orElseThrow(() -> new IllegalArgumentException("bad cursor"))
                        : null,
                versions,
                root.path("applied").asLong());
    }
}
