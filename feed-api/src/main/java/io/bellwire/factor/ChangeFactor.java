package io.bellwire.factor;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.FeedId;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The write that puts an account's factor in place of another one, or removes it. Its result is false, and nothing is
 * written, if the factor is not the one before any more.
 */
final class ChangeFactor implements Write<Boolean> {
    private static final int OVERHEAD_BYTES = 256;

    private final FeedId account;
    private final @Nullable Document before;
    private final @Nullable Document after;

    /**
     * @param before null if there was none
     * @param after null to remove it, and the step that was used last
     */
    ChangeFactor(FeedId account, @Nullable Document before, @Nullable Document after) {
        this.account = account;
        this.before = before;
        this.after = after;
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.key(DocumentStore.KEPT, FactorDocument.keyOf(account))
                .key(DocumentStore.KEPT, FactorDocument.stepKeyOf(account));
    }

    @Override
    public int bytes() {
        return OVERHEAD_BYTES + (after == null ? 0 : after.bytes());
    }

    @Override
    public Boolean decide(WriteBatch batch) {
        String key = FactorDocument.keyOf(account);
        if (!Objects.equals(before, batch.get(DocumentStore.KEPT, key))) {
            return false;
        }
        if (after == null) {
            batch.remove(DocumentStore.KEPT, key);
            batch.remove(DocumentStore.KEPT, FactorDocument.stepKeyOf(account));
        } else {
            batch.put(DocumentStore.KEPT, key, after);
        }
        return true;
    }
}
