package io.bellwire.log;

import io.bellwire.postgres.SqlStore;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of {@link DataStore} on PostgreSQL. */
class SqlStoreOnPostgresTest extends LogStoreContract implements ReopeningRules, RetentionRules {
    private static final int CONNECTIONS = 3;

    private final PostgresFixture postgres = PostgresFixture.freshDatabase();
    private final Random random = new Random(7);
    private LogStoreFixture fixture;

    @BeforeEach
    void openStore() {
        fixture = new LogStoreFixture(SqlStore.open(postgres.open(CONNECTIONS), random, false, () -> 0));
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
        fixture.store().close();
        fixture = new LogStoreFixture(SqlStore.open(postgres.open(CONNECTIONS), random, newEpoch, () -> 0));
        return fixture;
    }

    @Override
    public LogStoreFixture reopened() {
        return reopen(false);
    }
}
