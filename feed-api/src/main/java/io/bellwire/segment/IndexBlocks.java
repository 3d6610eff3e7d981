package io.bellwire.segment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Blocks of index files in memory, the ones used last. A block's checksum is looked at when it is read from its file. Thread-safe.
 */
final class IndexBlocks {
    static final int BLOCK_BYTES = 4_096;
    /** What a block holds beside its checksum and its number; a multiple of 8, so that no number lies across two. */
    static final int USED_BYTES = BLOCK_BYTES - Long.BYTES;

    private static final int BLOCK_BITS = 32;

    private final Cache<Long, ByteBuffer> blocks;

    /** @param bytesMax memory for blocks */
    IndexBlocks(long bytesMax) {
        this.blocks = Caffeine.newBuilder()
                .maximumSize(Math.max(1, bytesMax / BLOCK_BYTES))
                .executor(Runnable::run)
                .build();
    }

    ByteBuffer block(IndexFile file, int number) {
        Long key = (file.segment() << BLOCK_BITS) | number;
        ByteBuffer block = blocks.getIfPresent(key);
        if (block == null) {
            block = read(file, number);
            blocks.put(key, block);
        }
        return block;
    }

    /** Reads a block without keeping it. */
    static ByteBuffer read(IndexFile file, int number) {
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

    /** Forgets the blocks of a file that is deleted or written anew. */
    void forget(long segment) {
        blocks.asMap().keySet().removeIf(key -> key >>> BLOCK_BITS == segment);
    }

    /** The checksum of a whole block, of what it holds and of its number. */
    static int checksum(ByteBuffer block, int number) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(0, USED_BYTES));
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
        return (int) crc.getValue();
    }

    /** Numbers out of one file, by one thread. */
    static final class Reader {
        private final IndexBlocks blocks;
        private final IndexFile file;
        private int number = -1;
        private ByteBuffer block = ByteBuffer.allocate(0);

        Reader(IndexBlocks blocks, IndexFile file) {
            this.blocks = blocks;
            this.file = file;
        }

        int getInt(long at) {
            return blockOf(at).getInt((int) (at % USED_BYTES));
        }

        long getLong(long at) {
            return blockOf(at).getLong((int) (at % USED_BYTES));
        }

        private ByteBuffer blockOf(long at) {
            int wanted = (int) (at / USED_BYTES);
            if (wanted != number) {
                block = blocks.block(file, wanted);
                number = wanted;
            }
            return block;
        }
    }
}
