package io.bellwire.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link LogFolder}. Any number of threads may read, and one may sync, while one writes. */
public interface LogFile extends Closeable {
    /** Writes all of {@code bytes} from {@code offset} on. On an exception any part of it may have been written. */
    void write(ByteBuffer bytes, long offset) throws IOException;

    /** Makes durable what was written before the call, the file's size included. */
    void sync() throws IOException;

    /**
     * Reads from {@code offset} on until {@code bytes} is full or the file ends; returns how many bytes it has read.
     */
    int read(ByteBuffer bytes, long offset) throws IOException;

    long size() throws IOException;

    /** Cuts the file off after {@code size} bytes. */
    void truncate(long size) throws IOException;
}
