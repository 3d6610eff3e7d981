package io.bellwire.log;

import java.util.concurrent.atomic.AtomicInteger;

/** What the product runs on: for tests of SQL that has to mean the same on each. */
public enum BothDatabases {
    H2 {
        @Override
        public Database open() {
            return Database.h2Memory("both-" + COUNTER.incrementAndGet(), 4);
        }
    },
    POSTGRES {
        @Override
        public Database open() {
            return PostgresFixture.freshDatabase().open(4);
        }
    };

    private static final AtomicInteger COUNTER = new AtomicInteger();

    /** A new one, with nothing but the schema. */
    public abstract Database open();
}
