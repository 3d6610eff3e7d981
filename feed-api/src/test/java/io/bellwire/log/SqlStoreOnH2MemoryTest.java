package io.bellwire.log;

class SqlStoreOnH2MemoryTest extends SqlStoreContract {
    private final Database database = Database.h2Memory("contract", 3);

    @Override
    Database open() {
        return database;
    }

    @Override
    void close(LogStore store) {
        // closing it would end the database; the next store finds it as another process would
    }
}
