package io.bellwire.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.Chunk;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.RandomAccessStore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What H2 2.5.252 must be told about its file so that a kill or a power cut finds each transaction whole. One thread at a
 * time writes; any may have it synced meanwhile.
 *
 * <p>The header tells where the newest commit is. After a kill H2 goes from there along a chain: each commit says where the
 * next is expected. Where one lies elsewhere H2 writes the header, but ({@code RandomAccessStore.writeChunk}) with the place
 * of the commit before, so that this one and up to twenty after it are not found again, though they were forced to disk and
 * acknowledged. It happens once space in the file is used again, that is to files older than 45 seconds. So the header is
 * written once more when a commit is in the file. There are two copies of it, of which H2 takes the newest whose commit is
 * there; they are written in turn, since a disk may write the header before what it names.
 *
 * <p>Changed pages that take more than 19 MB of memory H2 writes to the file at once ({@code MVStore.beforeWrite}), also in
 * the middle of a commit. After a kill such a transaction is neither finished nor rolled back: readers see some of its
 * rows, for good. So H2 writes when a commit is complete and at no other time, and whoever changes much does it in
 * transactions that fit into memory.
 */
final class H2Store {
    private static final int BLOCK_SIZE = 4_096;

    private final MVStore store;
    private final RandomAccessStore file;
    private final Field lastChunk;
    private final Method write;
    private int copy;
    private volatile @Nullable RuntimeException diskFailure;

    private H2Store(MVStore store) throws ReflectiveOperationException {
        this.store = store;
        this.file = (RandomAccessStore) store.getFileStore();
        this.lastChunk = FileStore.class.getDeclaredField("lastChunk");
        lastChunk.setAccessible(true);
        this.write = FileStore.class.getDeclaredMethod("writeFully", Chunk.class, long.class, ByteBuffer.class);
        write.setAccessible(true);
    }

    /** The file that {@code handle} is connected to; from now on it is written when a commit is complete. Blocks. */
    static H2Store of(Handle handle) throws SQLException {
        SessionLocal session = (SessionLocal)
                handle.getConnection().unwrap(JdbcConnection.class).getSession();
        MVStore store = session.getDatabase().getStore().getMvStore();
        try {
            Field writesWhenLarge = MVStore.class.getDeclaredField("autoCommitMemory");
            writesWhenLarge.setAccessible(true);
            writesWhenLarge.setInt(store, 0);
            H2Store opened = new H2Store(store);
            // what it was opened with: on disk first, then named by both copies
            opened.sync();
            opened.writeHeader();
            opened.writeHeader();
            opened.sync();
            return opened;
        } catch (ReflectiveOperationException e) {
            throw new SQLException("this version of H2 is not the one that Bellwire is made for", e);
        }
    }

    /** Has one copy of the header tell of the newest commit in the file, which must be the only one that is not on disk. */
    void writeHeader() throws SQLException {
        try {
            Chunk<?> newest = (Chunk<?>) lastChunk.get(file);
            if (newest == null) {
                return;
            }
            Map<String, Object> header = file.getStoreHeader();
            header.put("block", newest.block);
            header.put("chunk", newest.id);
            header.put("version", newest.version);
            write.invoke(file, null, (long) copy * BLOCK_SIZE, ByteBuffer.wrap(text(header)));
            copy = 1 - copy;
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the file's header cannot be written: " + e.getCause(), e);
        }
    }

    /** A copy of the header as H2 writes it. */
    private static byte[] text(Map<String, Object> header) {
        StringBuilder text = new StringBuilder();
        DataUtils.appendMap(text, new HashMap<>(header));
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        int checksum = DataUtils.getFletcher32(bytes, 0, bytes.length);
        DataUtils.appendMap(text, "fletcher", checksum);
        text.append('\n');
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.ISO_8859_1), BLOCK_SIZE);
    }

    /**
     * Forces to disk what is in the file. {@code CHECKPOINT SYNC} would do that too, but first write to the file what a
     * transaction of another thread has changed so far. Once it has failed it fails for good: the operating system tells of
     * a page that it could not write once, and then counts it as written, so that a second try would succeed and prove
     * nothing (PostgreSQL's "fsyncgate" of 2018). A file that H2 has closed was not forced, and can be opened again.
     */
    synchronized void sync() {
        requireSoundDisk();
        requireOpen();
        try {
            store.sync();
        } catch (RuntimeException e) {
            requireOpen();
            diskFailure = e;
            requireSoundDisk();
        }
        requireOpen(); // H2 may have had no file to force, and does not say so
    }

    boolean isClosed() {
        return store.isClosed();
    }

    /** Closes the file without writing to it. */
    void close() {
        store.closeImmediately();
    }

    private void requireOpen() {
        if (isClosed()) {
            throw new UncheckedIOException(
                    "H2 has closed its file, which the next write opens again", new IOException("the file is closed"));
        }
    }

    /** Throws if a sync has failed: what is written from then on could never be acknowledged. */
    void requireSoundDisk() {
        if (diskFailure != null) {
            throw new UncheckedIOException(
                    "what was written could not be forced to disk, and may not be there after a power cut: look after the"
                            + " disk, then start the server again",
                    new IOException(diskFailure));
        }
    }
}
