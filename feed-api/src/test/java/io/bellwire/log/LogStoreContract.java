package io.bellwire.log;

/** All that every {@link DataStore} must do, but for what it forgets ({@link RetentionRules}) and keeps ({@link ReopeningRules}). */
abstract class LogStoreContract
        implements WritingRules, ReadingRules, OrderRules, GroupRules, AccountRules, LastSeenRules, DocumentRules {
    @Override
    public LogStoreFixture reopened() {
        return fixture();
    }
}
