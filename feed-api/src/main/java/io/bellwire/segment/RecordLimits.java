package io.bellwire.segment;

/**
 * How much of the state, or of a segment that is dropped, one record holds: a write of others waits for one such record
 * at most.
 */
final class RecordLimits {
    static final int BYTES_MAX = 1 << 20;
    static final int FEEDS_MAX = 200;
    static final int ORDERS_MAX = 200;
    static final int RESPONSES_MAX = 200;
    static final int MEMBERS_MAX = 2_000;
    static final int LOCKS_MAX = 1_000;
    static final int DOCUMENTS_MAX = 1_000;

    private RecordLimits() {}
}
