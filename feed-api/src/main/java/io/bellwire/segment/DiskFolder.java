package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the file system, which must exist. */
public final class DiskFolder implements LogFolder {
    private final Path folder;

    public DiskFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public LogFile create(String name) throws IOException {
        Path path = folder.resolve(name);
        return new DiskFile(
                path,
                FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public LogFile open(String name) throws IOException {
        Path path = folder.resolve(name);
        return new DiskFile(path, DiskFile.open(path));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(folder.resolve(name));
    }

    @Override
    public long freeBytes() {
        return folder.toFile().getUsableSpace();
    }

    @Override
    public void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A file that opens its channel again when the interrupt of a reading thread has closed it. */
    private static final class DiskFile implements LogFile {
        private final Path path;
        private volatile FileChannel channel;
        private volatile boolean closed;

        DiskFile(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        static FileChannel open(Path path) throws IOException {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            long at = offset;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(false); // writes the size of a file that has grown all the same
        }

        @Override
        public int read(ByteBuffer bytes, long offset) throws IOException {
            int start = bytes.position();
            boolean isInterrupted = false;
            try {
                while (bytes.hasRemaining()) {
                    FileChannel current = channel;
                    try {
                        if (current.read(bytes, offset + bytes.position() - start) < 0) {
                            break;
                        }
                    } catch (ClosedByInterruptException e) {
                        isInterrupted |= Thread.interrupted(); // or the next try would close the channel again
                        reopen(current);
                    } catch (ClosedChannelException e) {
                        reopen(current); // another reader was interrupted
                    }
                }
            } finally {
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return bytes.position() - start;
        }

        /** Opens the channel again, unless another thread has. */
        private synchronized void reopen(FileChannel broken) throws IOException {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (channel == broken) {
                channel = open(path);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            FileChannel unused = channel.truncate(size);
        }

        @Override
        public synchronized void close() throws IOException {
            closed = true;
            channel.close();
        }
    }
}
