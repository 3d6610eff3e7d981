package io.bellwire.log;

/** All that every {@link LogStore} must do. */
abstract class LogStoreContract
        implements WritingRules, ReadingRules, OrderRules, GroupRules, AccountRules, SightingRules, RetentionRules {
    @Override
    public LogStoreFixture reopened() {
        return fixture();
    }
}
