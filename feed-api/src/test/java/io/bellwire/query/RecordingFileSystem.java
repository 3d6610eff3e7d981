package io.bellwire.query;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/** A file system for H2 that records each write to a file, so that a test can repeat the writes up to a kill. */
public final class RecordingFileSystem extends FilePathWrapper {
    static final String SCHEME = "recording";

    /** The recorded writes, in their order; null if writes are not recorded. */
    private static volatile @Nullable List<Write> writes;

    /**
     * A write of {@code data} from {@code position} on; if {@code data} is null, a truncation of the file at
     * {@code position}.
     */
    record Write(Path file, long position, @Nullable ByteBuffer data) {
        /** The part of the write that is in the file if the process is killed in the middle of it. */
        Write half() {
            return data == null
                    ? this
                    : new Write(file, position, data.duplicate().limit(data.limit() / 2));
        }
    }

    static void register() {
        FilePath.register(new RecordingFileSystem());
    }

    /** Runs {@code work}, and returns its writes. */
    static List<Write> writesOf(Runnable work) {
        List<Write> recorded = new CopyOnWriteArrayList<>();
        writes = recorded;
        try {
            work.run();
        } finally {
            writes = null;
        }
        return recorded;
    }

    /** Repeats the writes on the files of the same names in {@code folder}. */
    static void repeat(List<Write> writes, Path folder) throws IOException {
        for (Write write : writes) {
            try (FileChannel file = FileChannel.open(folder.resolve(write.file().getFileName()), WRITE)) {
                if (write.data() == null) {
                    file.truncate(write.position());
                } else {
                    int unused = file.write(write.data().duplicate(), write.position());
                }
            }
        }
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        String name = getBase().toString();
        Path path = Path.of(name.startsWith("file:") ? name.substring("file:".length()) : name);
        return new Channel(path, super.open(mode));
    }

    private static final class Channel extends FileBaseDefault {
        private final Path path;
        private final FileChannel file;

        Channel(Path path, FileChannel file) {
            this.path = path;
            this.file = file;
        }

        private void record(long position, @Nullable ByteBuffer data) {
            List<Write> recorded = writes;
            if (recorded != null) {
                recorded.add(new Write(path, position, data));
            }
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
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
            record(position, ByteBuffer.wrap(data, 0, written));
            return written;
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            file.truncate(size);
            record(size, null);
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
