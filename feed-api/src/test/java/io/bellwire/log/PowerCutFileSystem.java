package io.bellwire.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file system for H2 that knows what a power cut leaves: of each file, what it held when it was last forced to disk.
 * Harder than any real disk, which may have written some of the rest as well.
 */
public final class PowerCutFileSystem extends FilePathWrapper {
    static final String SCHEME = "powercut";

    /** By file name: what is on disk for certain. */
    private static final Map<String, byte[]> ON_DISK = new ConcurrentHashMap<>();

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
            byte[] all = new byte[(int) file.size()];
            ByteBuffer buffer = ByteBuffer.wrap(all);
            while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {
                // until all of it is read
            }
            ON_DISK.put(name, Arrays.copyOf(all, buffer.position()));
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
            return file.write(source, position);
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            file.truncate(size);
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
