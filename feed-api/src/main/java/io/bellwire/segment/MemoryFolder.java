package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A folder in memory, for a log that ends with its process. */
public final class MemoryFolder implements LogFolder {
    private final Map<String, MemoryFile> files = new TreeMap<>();

    /** A folder of its own with copies of all files as they are now. */
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

    /** A file in blocks of equal size; a part of the last block is beyond the file's end. */
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
        public synchronized void write(ByteBuffer bytes, long offset) {
            long at = offset;
            while (bytes.hasRemaining()) {
                int inBlock = (int) (at % BLOCK_BYTES);
                int length = Math.min(bytes.remaining(), BLOCK_BYTES - inBlock);
                while (blocks.size() <= at / BLOCK_BYTES) {
                    blocks.add(new byte[BLOCK_BYTES]);
                }
                bytes.get(blocks.get((int) (at / BLOCK_BYTES)), inBlock, length);
                at += length;
            }
            size = Math.max(size, at);
        }

        @Override
        public void sync() {
            // nothing outlives the process
        }

        @Override
        public synchronized int read(ByteBuffer bytes, long offset) {
            int start = bytes.position();
            for (long at = offset; bytes.hasRemaining() && at < size; ) {
                int inBlock = (int) (at % BLOCK_BYTES);
                int length = (int) Math.min(Math.min(bytes.remaining(), BLOCK_BYTES - inBlock), size - at);
                bytes.put(blocks.get((int) (at / BLOCK_BYTES)), inBlock, length);
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
                if (used > 0) { // as in a file on disk, a gap before a later write must read as zeros
                    Arrays.fill(blocks.get(kept - 1), used, BLOCK_BYTES, (byte) 0);
                }
            }
        }

        @Override
        public void close() {
            // the folder keeps the file
        }
    }
}
