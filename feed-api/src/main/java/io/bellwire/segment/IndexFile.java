package io.bellwire.segment;

import java.io.Closeable;
import java.io.IOException;

/**
 * The open index file of a segment.
 *
 * @param name the name of the file
 */
record IndexFile(long segment, String name, LogFile file) implements Closeable {
    @Override
    public void close() throws IOException {
        file.close();
    }
}
