package io.bellwire.log;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.RandomAccessStore;
import org.jdbi.v3.core.Handle;

/**
 * What H2 2.5.252 must be told about its file so that a kill finds each transaction whole. Used by one thread at a time.
 *
 * <p>The header tells where the newest commit is. After a kill H2 goes from there along a chain: each commit says where the
 * next is expected. Where one lies elsewhere H2 writes the header, but ({@code RandomAccessStore.writeChunk}) with the place
 * of the commit before, so that this one and up to twenty after it are not found again, though they were forced to disk and
 * acknowledged. It happens once space in the file is used again, that is to files older than 45 seconds. So the header is
 * written once more when a commit is in the file.
 *
 * <p>Changed pages that take more than 19 MB of memory H2 writes to the file at once ({@code MVStore.beforeWrite}), also in
 * the middle of a commit. After a kill such a transaction is neither finished nor rolled back: readers see some of its
 * rows, for good. So H2 writes when a commit is complete and at no other time, and whoever changes much does it in
 * transactions that fit into memory.
 */
final class H2Store {
    private final RandomAccessStore file;
    private final Method writeHeader;

    private H2Store(RandomAccessStore file, Method writeHeader) {
        this.file = file;
        this.writeHeader = writeHeader;
    }

    /** The file that {@code handle} is connected to; from now on it is written when a commit is complete. */
    static H2Store of(Handle handle) throws SQLException {
        SessionLocal session = (SessionLocal)
                handle.getConnection().unwrap(JdbcConnection.class).getSession();
        MVStore store = session.getDatabase().getStore().getMvStore();
        try {
            Field writesWhenLarge = MVStore.class.getDeclaredField("autoCommitMemory");
            writesWhenLarge.setAccessible(true);
            writesWhenLarge.setInt(store, 0);
            Method writeHeader = RandomAccessStore.class.getDeclaredMethod("writeStoreHeader");
            writeHeader.setAccessible(true);
            return new H2Store((RandomAccessStore) store.getFileStore(), writeHeader);
        } catch (ReflectiveOperationException e) {
            throw new SQLException("this version of H2 is not the one that Bellwire is made for", e);
        }
    }

    /** Has the header tell of the newest commit in the file. */
    void writeHeader() throws SQLException {
        try {
            writeHeader.invoke(file);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new SQLException("the file's header cannot be written: " + e.getCause(), e);
        }
    }
}
