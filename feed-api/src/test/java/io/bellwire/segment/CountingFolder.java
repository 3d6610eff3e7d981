package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A folder in memory that counts how often index files are read. Thread-safe. */
public final class CountingFolder implements LogFolder {
    private final LogFolder inner = new MemoryFolder();
    private final AtomicInteger indexReads = new AtomicInteger();

    public int indexReads() {
        return indexReads.get();
    }

    private LogFile counting(LogFile file, String name) {
        return name.contains(Segment.INDEX_SUFFIX) ? new CountingFile(file) : file;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public List<String> list() throws IOException {
        return inner.list();
    }

    @Override
    public LogFile create(String name) throws IOException {
        return counting(inner.create(name), name);
    }

    @Override
    public LogFile open(String name) throws IOException {
        return counting(inner.open(name), name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        inner.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        inner.delete(name);
    }

    @Override
    public void sync() throws IOException {
        inner.sync();
    }

    private final class CountingFile implements LogFile {
        private final LogFile file;

        CountingFile(LogFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            file.write(bytes, offset);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public int read(ByteBuffer bytes, long offset) throws IOException {
            indexReads.incrementAndGet();
            return file.read(bytes, offset);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
