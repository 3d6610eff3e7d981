package io.bellwire.log;

import io.bellwire.postgres.SqlStore;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import java.util.Random;

/** The stores of a server: for tests of what must be the same on each. */
public enum BothStores {
    SEGMENTS {
        @Override
        public DataStore open() {
            return SegmentStore.inMemory(new Random(1));
        }
    },
    POSTGRES {
        @Override
        public DataStore open() {
            return SqlStore.open(PostgresFixture.freshDatabase().open(4), new Random(1), false, () -> 0);
        }
    };

    /** A new, empty one. */
    public abstract DataStore open();
}
