package io.bellwire.segment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads index files block by block, checks the checksum of each block that it reads, and keeps the blocks used last in
 * memory. Thread-safe.
 */
final class IndexBlocks {
    static final int BLOCK_BYTES = 4_096;
    /** What a block holds besides its checksum and padding; a multiple of 8, so that no number lies in two blocks. */
    static final int USED_BYTES = BLOCK_BYTES - Long.BYTES;

    private static final int BLOCK_NUMBER_BITS = 32;

    private final Cache<Long, ByteBuffer> blocks;

    /** @param bytesMax memory for blocks */
    IndexBlocks(long bytesMax) {
        this.blocks = Caffeine.newBuilder()
                .maximumSize(Math.max(1, bytesMax / BLOCK_BYTES))
                .executor(Runnable::run)
                .build();
    }

    ByteBuffer block(IndexFile file, int number) {
        Long key = (file.segment() << BLOCK_NUMBER_BITS) | number;
        ByteBuffer block = blocks.getIfPresent(key);
        if (block == null) {
            block = read(file, number);
            blocks.put(key, block);
        }
        return block;
    }

    private static ByteBuffer read(IndexFile file, int number) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        try {
            int length = file.file().read(block, (long) number * BLOCK_BYTES);
            if (length < BLOCK_BYTES || block.getInt(USED_BYTES) != checksum(block, number)) {
                throw new DamagedLogException(
                        file.name(), (long) number * BLOCK_BYTES, "the block's checksum is wrong");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.name() + " cannot be read: " + e.getMessage(), e);
        }
        return block;
    }

    /** Drops the blocks of the segment's index file from memory, because the file is deleted or written again. */
    void evict(long segment) {
        blocks.asMap().keySet().removeIf(key -> key >>> BLOCK_NUMBER_BITS == segment);
    }

    /** The checksum of what a block holds and of its number. */
    static int checksum(ByteBuffer block, int number) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(0, USED_BYTES));
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
        return (int) crc.getValue();
    }

    /** Reads numbers out of one file. Offsets count the used bytes of blocks only. For one thread. */
    static final class Reader {
        private final IndexBlocks blocks;
        private final IndexFile file;
        private int number = -1;
        private ByteBuffer block = ByteBuffer.allocate(0);

        Reader(IndexBlocks blocks, IndexFile file) {
            this.blocks = blocks;
            this.file = file;
        }

        int getInt(long offset) {
            return blockAt(offset).getInt((int) (offset % USED_BYTES));
        }

        long getLong(long offset) {
            return blockAt(offset).getLong((int) (offset % USED_BYTES));
        }

        private ByteBuffer blockAt(long offset) {
            int wanted = (int) (offset / USED_BYTES);
            if (wanted != number) {
                block = blocks.block(file, wanted);
                number = wanted;
            }
            return block;
        }
    }
}
