package io.bellwire.log;

import io.bellwire.segment.SegmentStore;
import java.util.Random;

/** Where a server keeps its log: for tests of what has to be the same on each. */
public enum BothStores {
    SEGMENTS {
        @Override
        public LogStore open() {
            return SegmentStore.inMemory(new Random(1));
        }
    },
    POSTGRES {
        @Override
        public LogStore open() {
            return SqlStore.open(PostgresFixture.freshDatabase().open(4), new Random(1), false, () -> 0);
        }
    };

    /** A new one, with nothing in it. */
    public abstract LogStore open();
}
