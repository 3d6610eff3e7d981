package io.bellwire.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Set;
import org.h2.mvstore.MVStoreException;

/** The query database cannot be used now. Nothing is lost by it: what it held is in the log. */
final class QueryDatabaseException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    /**
     * H2's errors after which the file is not worth another try: no such table, index or column, general error, I/O,
     * corrupted, closed, closing, and an index that does not fit its table.
     */
    private static final Set<Integer> DAMAGE =
            Set.of(42102, 42103, 42104, 42112, 42122, 50000, 90028, 90030, 90031, 90098, 90112, 90121, 90143);

    private final boolean isDamage;

    QueryDatabaseException(String message, Exception cause) {
        super(message, new IOException(cause));
        this.isDamage = isDamage(cause);
    }

    QueryDatabaseException(String message) {
        super(message, new IOException(message));
        this.isDamage = false;
    }

    /** Whether the database must be made again. */
    boolean isDamage() {
        return isDamage;
    }

    private static boolean isDamage(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof MVStoreException
                    || (e instanceof SQLException sql && DAMAGE.contains(sql.getErrorCode()))) {
                return true;
            }
        }
        return false;
    }
}
