package io.bellwire.postgres;

import io.bellwire.runtime.Stopwatch;
import org.jdbi.v3.core.Handle;

/**
 * The time of retention: the wall clock, but never ahead of the time for which a server was running. A clock that is
 * set forwards, or a server that was stopped for a month, therefore makes nothing old at once. Thread-safe.
 */
final class RetentionTime {
    private final Stopwatch elapsed;
    /** How much of {@link #elapsed} is counted. */
    private long countedElapsedMillis;

    RetentionTime(Stopwatch elapsed) {
        this.elapsed = elapsed;
    }

    /** The time of retention when the wall clock shows {@code nowMillis}; stored in the database. */
    synchronized long at(long nowMillis, Database database, Handle handle) {
        long passedMillis = elapsed.millis();
        long counted = database.transaction(handle, same -> {
            long next = same.createQuery("SELECT counted_millis FROM log WHERE one = 1 AND counted_millis IS NOT NULL")
                    .mapTo(Long.class)
                    .findOne()
                    .map(last -> last + passedMillis - countedElapsedMillis)
                    .orElse(nowMillis);
            int unused = same.createUpdate("UPDATE log SET counted_millis = :next WHERE one = 1")
                    .bind("next", next)
                    .execute();
            return next;
        });
        countedElapsedMillis = passedMillis;
        return Math.min(counted, nowMillis);
    }

    /** The same, only that nothing is stored. */
    synchronized long peekAt(long nowMillis, Handle handle) {
        long counted = handle.createQuery("SELECT counted_millis FROM log WHERE one = 1 AND counted_millis IS NOT NULL")
                .mapTo(Long.class)
                .findOne()
                .map(last -> last + elapsed.millis() - countedElapsedMillis)
                .orElse(nowMillis);
        return Math.min(counted, nowMillis);
    }
}
