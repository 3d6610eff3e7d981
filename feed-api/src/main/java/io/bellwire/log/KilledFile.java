package io.bellwire.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.FileUtils;

/**
 * Takes up an H2 file that was not closed. H2 finds the newest of the file's chunks by a chain that starts at the file's
 * header, and is content with the first end of it that it can read. Once H2 uses space again, which it does when a file is
 * older than 45 seconds, the chain may break before its end: the header is written only every twentieth chunk, and not at
 * all for a chunk at the end of the file. What was committed, forced to disk and acknowledged after the break would be
 * dropped. So the whole file is looked through for the newest chunk that is complete, before H2 opens it.
 */
final class KilledFile {
    private static final int HEADER_BYTES = 4 << 10;
    private static final String CLOSED = ",clean:1";

    private KilledFile() {}

    /**
     * Makes the newest state in the file the one that H2 will see; does nothing if there is no file, or it was closed.
     *
     * @param path as H2 names files, its file system first
     */
    static void recover(String path) throws IOException {
        if (!FileUtils.exists(path) || isClosed(path)) {
            return;
        }
        try {
            new MVStore.Builder()
                    .fileName(path)
                    .recoveryMode()
                    .autoCommitDisabled()
                    .open()
                    .close(0);
        } catch (MVStoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isClosed(String path) throws IOException {
        try (InputStream in = FileUtils.newInputStream(path)) {
            return new String(in.readNBytes(HEADER_BYTES), StandardCharsets.ISO_8859_1).contains(CLOSED);
        }
    }
}
