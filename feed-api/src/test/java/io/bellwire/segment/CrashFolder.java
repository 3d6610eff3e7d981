package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A folder in memory that distinguishes what is on its disk from what is not. {@link #killed} and {@link #killedIn}
 * copy it as a kill of the process leaves it, in the middle of a write too. {@link #afterPowerCut} copies it as a power
 * cut may leave it: any of the 4 KB blocks that were not synced are kept and the others lost, and any beginning of the
 * changes of names is kept. The folder can be full, and its syncs can fail. Used by one thread.
 */
public final class CrashFolder implements LogFolder {
    private static final int BLOCK_BYTES = 4_096;

    private final Map<String, Content> names = new TreeMap<>();
    private final Map<String, Content> namesOnDisk = new TreeMap<>();
    private final List<NameChange> unsyncedNames = new ArrayList<>();
    private final Listener listener;
    private long bytesLeft = Long.MAX_VALUE;
    private boolean isSyncBroken;
    private boolean isFolderSyncBroken;
    private int folderSyncsLeft;

    /** Is called right before each operation on the folder or on a file. */
    public interface Listener {
        /**
         * An operation is about to be done.
         *
         * @param write the write, so that a test can kill the process in the middle of it; null for any other operation
         */
        void before(@Nullable Write write);
    }

    /** One write. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    public record Write(String name, byte[] bytes, long position) {}

    private interface NameChange {
        void apply(Map<String, Content> to);
    }

    /** What a file holds: as the process reads it, and as it is on disk. */
    private static final class Content {
        byte[] bytes = {};
        byte[] onDisk = {};
        final TreeSet<Integer> unsyncedBlocks = new TreeSet<>();

        void write(byte[] more, long position) {
            int end = (int) position + more.length;
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, end);
            }
            System.arraycopy(more, 0, bytes, (int) position, more.length);
            for (int block = (int) position / BLOCK_BYTES; block <= (end - 1) / BLOCK_BYTES; block++) {
                unsyncedBlocks.add(block);
            }
        }

        void truncate(int size) {
            if (size < bytes.length) {
                for (int block = size / BLOCK_BYTES; block <= (bytes.length - 1) / BLOCK_BYTES; block++) {
                    unsyncedBlocks.add(block);
                }
                bytes = Arrays.copyOf(bytes, size);
            }
        }

        void sync() {
            onDisk = bytes.clone();
            unsyncedBlocks.clear();
        }

        /** What the disk may hold after a power cut. */
        byte[] afterPowerCut(Random random) {
            int kind = random.nextInt(4);
            TreeSet<Integer> kept = new TreeSet<>(unsyncedBlocks);
            kept.removeIf(block -> kind == 0 || (kind != 1 && random.nextBoolean()));
            int size = onDisk.length;
            for (int block : kept) {
                size = Math.max(size, Math.min(bytes.length, (block + 1) * BLOCK_BYTES));
            }
            if (random.nextBoolean()) { // the disk has the size and not the blocks
                size = Math.max(size, bytes.length);
            }
            byte[] after = Arrays.copyOf(onDisk, size);
            for (int block : kept) {
                int from = block * BLOCK_BYTES;
                int to = Math.min(size, Math.min(bytes.length, from + BLOCK_BYTES));
                if (to > from) {
                    System.arraycopy(bytes, from, after, from, to - from);
                }
            }
            return after;
        }
    }

    public CrashFolder(Listener listener) {
        this.listener = listener;
    }

    /** Leaves room for this many more bytes. */
    public void limitTo(long bytes) {
        bytesLeft = bytes;
    }

    public void breakSync() {
        isSyncBroken = true;
    }

    /** Lets the folder be synced this many times more, and fails each sync of it after that. */
    public void breakFolderSyncAfter(int syncs) {
        isFolderSyncBroken = true;
        folderSyncsLeft = syncs;
    }

    /** A copy of the folder as the next process finds it if this one is killed now. */
    public MemoryFolder killed() {
        return copyOf(names, content -> content.bytes);
    }

    /** A copy as after a kill in the middle of {@code write}, of which {@code length} bytes have been written. */
    public MemoryFolder killedIn(Write write, int length) {
        Content content = names.get(write.name);
        byte[] before = content.bytes;
        byte[] longer = Arrays.copyOf(before, (int) Math.max(before.length, write.position + length));
        System.arraycopy(write.bytes, 0, longer, (int) write.position, length);
        return copyOf(names, file -> file == content ? longer : file.bytes);
    }

    /**
     * A copy of the folder as it may be found if the power is cut now, in the middle of {@code write} if that is not
     * null.
     */
    public MemoryFolder afterPowerCut(Random random, @Nullable Write write) {
        Map<String, Content> found = new TreeMap<>(namesOnDisk);
        unsyncedNames.subList(0, random.nextInt(unsyncedNames.size() + 1)).forEach(change -> change.apply(found));
        Content written = new Content();
        Content target = write == null ? null : names.get(write.name);
        if (target != null) {
            written.bytes = target.bytes;
            written.onDisk = target.onDisk;
            written.unsyncedBlocks.addAll(target.unsyncedBlocks);
            written.write(write.bytes, write.position);
        }
        return copyOf(found, file -> (file == target ? written : file).afterPowerCut(random));
    }

    private static MemoryFolder copyOf(Map<String, Content> names, Function<Content, byte[]> bytesOf) {
        MemoryFolder copy = new MemoryFolder();
        names.forEach((name, content) -> {
            try (LogFile file = copy.create(name)) {
                file.write(ByteBuffer.wrap(bytesOf.apply(content)), 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return copy;
    }

    @Override
    public String name() {
        return "crash";
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public LogFile create(String name) throws IOException {
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        Content content = new Content();
        change(to -> to.put(name, content));
        return new CrashFile(name, content);
    }

    private void change(NameChange change) {
        listener.before(null);
        change.apply(names);
        unsyncedNames.add(change);
    }

    @Override
    public LogFile open(String name) throws IOException {
        return new CrashFile(name, find(name));
    }

    private Content find(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return content;
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Content content = find(from);
        change(all -> {
            all.remove(from);
            all.put(to, content);
        });
    }

    @Override
    public void delete(String name) throws IOException {
        bytesLeft = Math.addExact(bytesLeft, Math.min(find(name).bytes.length, Long.MAX_VALUE - bytesLeft));
        change(to -> to.remove(name));
    }

    @Override
    public long freeBytes() {
        return bytesLeft;
    }

    @Override
    public void sync() throws IOException {
        listener.before(null);
        if (isFolderSyncBroken && folderSyncsLeft-- <= 0) {
            throw new IOException("Input/output error");
        }
        namesOnDisk.clear();
        namesOnDisk.putAll(names);
        unsyncedNames.clear();
    }

    private final class CrashFile implements LogFile {
        private final String name;
        private final Content content;

        CrashFile(String name, Content content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            int fitting = (int) Math.min(all.length, bytesLeft);
            byte[] part = fitting == all.length ? all : Arrays.copyOf(all, fitting);
            listener.before(new Write(name, part, position));
            if (fitting > 0) {
                content.write(part, position);
            }
            bytesLeft -= fitting;
            if (fitting < all.length) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void sync() throws IOException {
            listener.before(null);
            if (isSyncBroken) {
                throw new IOException("Input/output error");
            }
            content.sync();
        }

        @Override
        public int read(ByteBuffer bytes, long position) {
            int length = (int) Math.max(0, Math.min(bytes.remaining(), content.bytes.length - position));
            bytes.put(content.bytes, (int) position, length);
            return length;
        }

        @Override
        public long size() {
            return content.bytes.length;
        }

        @Override
        public void truncate(long size) {
            listener.before(null);
            content.truncate((int) size);
        }

        @Override
        public void close() {
            // the folder keeps the file
        }
    }
}
