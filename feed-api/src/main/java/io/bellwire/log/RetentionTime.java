package io.bellwire.log;

import org.jdbi.v3.core.Handle;

/**
 * What time it is for retention: it goes on with the wall clock, but by no more than has passed while a server was running.
 * A clock that is set forwards, or a server that stood still for a month, so makes nothing old at once. Thread-safe.
 */
final class RetentionTime {
    private final Stopwatch elapsed;
    /** What has been counted of {@link #elapsed}. */
    private long countedElapsedMillis;

    RetentionTime(Stopwatch elapsed) {
        this.elapsed = elapsed;
    }

    /** The time when the wall clock shows {@code nowMillis}; kept in the database. */
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
}
