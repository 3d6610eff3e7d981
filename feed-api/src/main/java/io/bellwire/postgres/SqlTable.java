package io.bellwire.postgres;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Records;
import io.bellwire.log.WriteBatch;
import org.jdbi.v3.core.Handle;

/** What a batch reads and writes of one {@link io.bellwire.log.RecordType}, or of several, in its transaction. */
interface SqlTable {
    /** Puts those of the records that are needed and exist into {@code to}; locks those that other processes change too. */
    void load(Handle handle, BatchNeeds needs, Records to);

    /** Writes the records that the batch puts, and deletes those that it removes. */
    void store(Handle handle, WriteBatch batch);
}
