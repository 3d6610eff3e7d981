package io.bellwire.log;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.RandomAccessStore;
import org.jdbi.v3.core.Handle;

/**
 * The header of an H2 file, which tells where the newest commit is. After a kill H2 goes from there along a chain: each
 * commit says where the next is expected. Where one lies elsewhere H2 writes the header, but (2.5.252, {@code
 * RandomAccessStore.writeChunk}) with the place of the commit before, so that this one and up to twenty after it are not
 * found again, though they were forced to disk and acknowledged. It happens once space in the file is used again, that is
 * to files older than 45 seconds. So the header is written once more when a commit is in the file. Used by one thread at a
 * time.
 */
final class StoreHeader {
    private final RandomAccessStore file;
    private final Method write;

    private StoreHeader(RandomAccessStore file, Method write) {
        this.file = file;
        this.write = write;
    }

    /** The header of the file that {@code handle} is connected to. */
    static StoreHeader of(Handle handle) throws SQLException {
        SessionLocal session = (SessionLocal)
                handle.getConnection().unwrap(JdbcConnection.class).getSession();
        try {
            Method write = RandomAccessStore.class.getDeclaredMethod("writeStoreHeader");
            write.setAccessible(true);
            return new StoreHeader(
                    (RandomAccessStore)
                            session.getDatabase().getStore().getMvStore().getFileStore(),
                    write);
        } catch (NoSuchMethodException e) {
            throw new SQLException("this version of H2 is not the one that Bellwire is made for", e);
        }
    }

    /** Has the header tell of the newest commit in the file. */
    void write() throws SQLException {
        try {
            write.invoke(file);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new SQLException("the file's header cannot be written: " + e.getCause(), e);
        }
    }
}
