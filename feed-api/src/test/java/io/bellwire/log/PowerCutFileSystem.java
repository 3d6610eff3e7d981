package io.bellwire.log;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A file system for H2 that knows what a power cut leaves: of each file, what it held when it was last forced to disk.
 * It also knows each write, for a kill leaves all until then, and a power cut any of those that came later.
 */
public final class PowerCutFileSystem extends FilePathWrapper {
    static final String SCHEME = "powercut";

    /** By file name: what is on disk for certain. */
    private static final Map<String, byte[]> ON_DISK = new ConcurrentHashMap<>();

    private static volatile boolean isBroken;

    /** The writes since they are kept, in their order. Null if they are not. */
    private static volatile @Nullable List<Write> writes;

    /** {@code data} from {@code position} on, or if it is null the end of the file there; or all before it was forced to disk. */
    record Write(Path file, long position, @Nullable ByteBuffer data) {
        private static final long FORCED = -1;

        boolean isForced() {
            return position == FORCED;
        }

        /** What is in the file when a kill comes in the middle. */
        Write half() {
            return data == null
                    ? this
                    : new Write(file, position, data.duplicate().limit(data.limit() / 2));
        }
    }

    static void register() {
        FilePath.register(new PowerCutFileSystem());
    }

    /** Writes into {@code target} what a power cut now would leave of the files in {@code folder}. */
    static void cutPower(Path folder, Path target) throws IOException {
        for (Map.Entry<String, byte[]> file : ON_DISK.entrySet()) {
            Path path = Path.of(file.getKey());
            if (path.startsWith(folder.toAbsolutePath())) {
                Files.write(target.resolve(path.getFileName().toString()), file.getValue());
            }
        }
    }

    /** Whether nothing can be forced to disk from now on. */
    static void breakDisk(boolean broken) {
        isBroken = broken;
    }

    /** Runs {@code work} and returns what it wrote. */
    static List<Write> writesOf(Runnable work) {
        List<Write> kept = new CopyOnWriteArrayList<>();
        writes = kept;
        try {
            work.run();
        } finally {
            writes = null;
        }
        return kept;
    }

    /** Writes once more what was written, to the files of the same names in {@code folder}. */
    static void repeat(List<Write> writes, Path folder) throws IOException {
        for (Write write : writes) {
            if (write.isForced()) {
                continue;
            }
            try (FileChannel file = FileChannel.open(folder.resolve(write.file().getFileName()), WRITE)) {
                if (write.data() == null) {
                    file.truncate(write.position());
                } else {
                    int unused = file.write(write.data().duplicate(), write.position());
                }
            }
        }
    }

    private static void keep(String name, long position, @Nullable ByteBuffer data) {
        List<Write> kept = writes;
        if (kept != null) {
            kept.add(new Write(Path.of(name), position, data));
        }
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Channel(getBase().toString(), super.open(mode));
    }

    private static final class Channel extends FileBaseDefault {
        private final String name;
        private final FileChannel file;

        Channel(String name, FileChannel file) {
            this.name = name.startsWith("file:") ? name.substring("file:".length()) : name;
            this.file = file;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            if (isBroken) {
                throw new IOException("disk gone");
            }
            byte[] all = new byte[(int) file.size()];
            ByteBuffer buffer = ByteBuffer.wrap(all);
            while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {
                // until all of it is read
            }
            ON_DISK.put(name, Arrays.copyOf(all, buffer.position()));
            keep(name, Write.FORCED, null);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public synchronized int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public synchronized int write(ByteBuffer source, long position) throws IOException {
            byte[] data = new byte[source.remaining()];
            source.duplicate().get(data);
            int written = file.write(source, position);
            keep(name, position, ByteBuffer.wrap(data, 0, written));
            return written;
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            file.truncate(size);
            keep(name, size, null);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
