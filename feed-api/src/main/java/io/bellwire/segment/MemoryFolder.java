package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A folder in memory, for a log that ends with its process. */
public final class MemoryFolder implements LogFolder {
    private final Map<String, MemoryFile> files = new TreeMap<>();

    /** All files as they are now, in a folder of their own. */
    public synchronized MemoryFolder copy() {
        MemoryFolder copy = new MemoryFolder();
        files.forEach((name, file) -> copy.files.put(name, file.copy()));
        return copy;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized LogFile create(String name) throws IOException {
        MemoryFile file = new MemoryFile();
        if (files.putIfAbsent(name, file) != null) {
            throw new FileAlreadyExistsException(name);
        }
        return file;
    }

    @Override
    public synchronized LogFile open(String name) throws IOException {
        return find(name);
    }

    private MemoryFile find(String name) throws IOException {
        MemoryFile file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        files.put(to, find(from));
        files.remove(from);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        find(name);
        files.remove(name);
    }

    @Override
    public void sync() {
        // nothing outlives the process
    }

    /** Blocks of equal size, the last of which is in part beyond the file's end. */
    private static final class MemoryFile implements LogFile {
        private static final int BLOCK_BYTES = 64 << 10;

        private final List<byte[]> blocks = new ArrayList<>();
        private long size;

        synchronized MemoryFile copy() {
            MemoryFile copy = new MemoryFile();
            blocks.forEach(block -> copy.blocks.add(block.clone()));
            copy.size = size;
            return copy;
        }

        @Override
        public synchronized void write(ByteBuffer bytes, long position) {
            long at = position;
            while (bytes.hasRemaining()) {
                int offset = (int) (at % BLOCK_BYTES);
                int length = Math.min(bytes.remaining(), BLOCK_BYTES - offset);
                while (blocks.size() <= at / BLOCK_BYTES) {
                    blocks.add(new byte[BLOCK_BYTES]);
                }
                bytes.get(blocks.get((int) (at / BLOCK_BYTES)), offset, length);
                at += length;
            }
            size = Math.max(size, at);
        }

        @Override
        public void sync() {
            // as durable as it gets
        }

        @Override
        public synchronized int read(ByteBuffer bytes, long position) {
            int start = bytes.position();
            for (long at = position; bytes.hasRemaining() && at < size; ) {
                int offset = (int) (at % BLOCK_BYTES);
                int length = (int) Math.min(Math.min(bytes.remaining(), BLOCK_BYTES - offset), size - at);
                bytes.put(blocks.get((int) (at / BLOCK_BYTES)), offset, length);
                at += length;
            }
            return bytes.position() - start;
        }

        @Override
        public synchronized long size() {
            return size;
        }

        @Override
        public synchronized void truncate(long newSize) {
            if (newSize < size) {
                size = newSize;
                int kept = (int) ((newSize + BLOCK_BYTES - 1) / BLOCK_BYTES);
                blocks.subList(kept, blocks.size()).clear();
                int used = (int) (newSize % BLOCK_BYTES);
                if (used > 0) { // what is written beyond it later begins with zeros, as in a file
                    java.util.Arrays.fill(blocks.get(kept - 1), used, BLOCK_BYTES, (byte) 0);
                }
            }
        }

        @Override
        public void close() {
            // the folder keeps it
        }
    }
}
