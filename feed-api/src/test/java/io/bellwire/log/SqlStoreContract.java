package io.bellwire.log;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract on a database, which can also be opened again. */
abstract class SqlStoreContract extends LogStoreContract implements ReopeningRules, RetentionRules {
    private final Random random = new Random(7);
    private LogStoreFixture fixture;

    /** Opens the database of this test, which is empty the first time. */
    abstract Database open();

    /** Ends what the process knows, as its end would; what is durable stays. */
    void close(LogStore store) {
        store.close();
    }

    Durability durability() {
        return Durability.SYNC;
    }

    @BeforeEach
    void openStore() {
        fixture = new LogStoreFixture(SqlStore.open(open(), durability(), random, false));
    }

    @AfterEach
    void closeStore() {
        fixture.store().close();
    }

    @Override
    public LogStoreFixture fixture() {
        return fixture;
    }

    @Override
    public LogStoreFixture reopen(boolean newEpoch) {
        close(fixture.store());
        fixture = new LogStoreFixture(SqlStore.open(open(), durability(), random, newEpoch));
        return fixture;
    }

    @Override
    public LogStoreFixture reopened() {
        return reopen(false);
    }
}
