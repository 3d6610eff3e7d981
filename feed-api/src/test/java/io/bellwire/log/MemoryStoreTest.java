package io.bellwire.log;

class MemoryStoreTest extends LogStoreContract {
    private final LogStoreFixture fixture = new LogStoreFixture(new MemoryStore(new Epoch("k3v9x2m4qd")));

    @Override
    public LogStoreFixture fixture() {
        return fixture;
    }
}
