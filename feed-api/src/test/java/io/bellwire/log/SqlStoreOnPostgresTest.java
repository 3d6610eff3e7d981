package io.bellwire.log;

class SqlStoreOnPostgresTest extends SqlStoreContract {
    private final PostgresFixture postgres = PostgresFixture.freshDatabase();

    @Override
    Database open() {
        return postgres.open(3);
    }
}
