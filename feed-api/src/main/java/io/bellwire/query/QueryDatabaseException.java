package io.bellwire.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Set;
import org.h2.api.ErrorCode;

/** The database of the order search cannot be used now. No data is lost: all that it holds is derived from the log. */
final class QueryDatabaseException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    /** Errors of H2 after which the database must be made again. */
    private static final Set<Integer> DAMAGE = Set.of(
            ErrorCode.FILE_CORRUPTED_1,
            ErrorCode.IO_EXCEPTION_1,
            ErrorCode.IO_EXCEPTION_2,
            ErrorCode.GENERAL_ERROR_1, // also of a page that cannot be read
            ErrorCode.DATABASE_IS_CLOSED,
            ErrorCode.DATABASE_CALLED_AT_SHUTDOWN,
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1,
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_WITH_CANDIDATES_2,
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1,
            ErrorCode.INDEX_NOT_FOUND_1,
            ErrorCode.COLUMN_NOT_FOUND_1,
            ErrorCode.ROW_NOT_FOUND_WHEN_DELETING_1,
            ErrorCode.ROW_NOT_FOUND_IN_PRIMARY_INDEX,
            ErrorCode.DATA_CONVERSION_ERROR_1); // a value of another type than its column's

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
            if (e instanceof SQLException sql && DAMAGE.contains(sql.getErrorCode())) {
                return true;
            }
        }
        return false;
    }
}
