package io.bellwire.audit;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.FeedId;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** One record of the audit feed, rendered before its change is submitted. Immutable. */
public final class AuditEntry {
    /** No record: for changes that nobody has asked for, and in tests. */
    public static final AuditEntry NONE = new AuditEntry(Optional.empty());

    /** The type of the record of a change. */
    public static final String CHANGED = "io.bellwire.audit.changed";

    /** The type of the record of an attempt that was refused. */
    public static final String REFUSED = "io.bellwire.audit.refused";

    private final Optional<RenderedEvent> event;

    private AuditEntry(Optional<RenderedEvent> event) {
        this.event = event;
    }

    /**
     * A record that begins with who does it.
     *
     * @param type {@link #CHANGED} or {@link #REFUSED}
     * @param caller the unique name of who does it, with nothing that JSON escapes
     * @param data the rest as a JSON object; it must contain no secrets
     */
    public static AuditEntry of(String type, String caller, String data) {
        return new AuditEntry(Optional.of(RenderedEvent.of(type, caller, data)));
    }

    /**
     * The write, which also appends this record, in the same batch, if it has changed something.
     *
     * @param isChange whether a result of {@code write} means that it has
     */
    public <T> Write<T> with(Write<T> write, Predicate<T> isChange) {
        return event.<Write<T>>map(record -> new AuditedWrite<>(write, isChange, record))
                .orElse(write);
    }

    /** A write of only this record. */
    public Write<Boolean> alone() {
        return with(new NoChange(), result -> result);
    }

    private static final class NoChange implements Write<Boolean> {
        @Override
        public void declareNeeds(BatchNeeds needs) {}

        @Override
        public int bytes() {
            return 0;
        }

        @Override
        public Boolean decide(WriteBatch batch) {
            return true;
        }
    }

    private static final class AuditedWrite<T> implements Write<T> {
        private static final int OVERHEAD_BYTES = 256;

        private final Write<T> write;
        private final Predicate<T> isChange;
        private final RenderedEvent record;

        AuditedWrite(Write<T> write, Predicate<T> isChange, RenderedEvent record) {
            this.write = write;
            this.isChange = isChange;
            this.record = record;
        }

        @Override
        public void declareNeeds(BatchNeeds needs) {
            write.declareNeeds(needs);
            needs.name(FeedId.AUDIT);
        }

        @Override
        public int bytes() {
            return write.bytes() + OVERHEAD_BYTES + record.bytes();
        }

        @Override
        public T decide(WriteBatch batch) {
            T result = write.decide(batch);
            if (isChange.test(result)) {
                batch.append(record, null, List.of(batch.feed(FeedId.AUDIT)));
            }
            return result;
        }
    }
}
