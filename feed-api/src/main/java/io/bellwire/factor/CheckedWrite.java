package io.bellwire.factor;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.FeedId;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A write that is made only if a code is right. The step of the code is kept in the same batch, so that the code is used
 * up exactly if the write is made, whatever fails in between: a write whose result is {@code false} has written nothing,
 * and can be tried again with the same code. Steps of one secret only grow: a clock that was set back makes no code
 * valid again.
 */
final class CheckedWrite<T> implements Write<FactorResult<T>> {
    private static final int OVERHEAD_BYTES = 512;

    private final FeedId account;
    private final @Nullable Document before;
    private final Optional<Check> check;
    private final Write<T> write;

    /**
     * A code that is to be checked.
     *
     * @param isNewSecret whether no code of this secret was used before
     */
    record Check(TotpSecret secret, String code, boolean isNewSecret) {}

    /**
     * @param before the account's factor that {@code check} was made of; the write is refused if it has changed
     * @param check empty if no code is needed as long as the factor is {@code before}
     */
    CheckedWrite(FeedId account, @Nullable Document before, Optional<Check> check, Write<T> write) {
        this.account = account;
        this.before = before;
        this.check = check;
        this.write = write;
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        write.declareNeeds(needs);
        needs.key(DocumentStore.KEPT, FactorDocument.keyOf(account))
                .key(DocumentStore.KEPT, FactorDocument.stepKeyOf(account));
    }

    @Override
    public int bytes() {
        return write.bytes() + OVERHEAD_BYTES;
    }

    @Override
    public FactorResult<T> decide(WriteBatch batch) {
        if (!Objects.equals(before, batch.get(DocumentStore.KEPT, FactorDocument.keyOf(account)))) {
            return FactorResult.refused(FactorRefusal.CHANGED_MEANWHILE);
        }
        OptionalLong step = check.isPresent() ? unusedStep(check.get(), batch) : OptionalLong.empty();
        if (check.isPresent() && step.isEmpty()) {
            return FactorResult.refused(FactorRefusal.CODE_WRONG);
        }
        T result = write.decide(batch);
        if (step.isPresent() && !Boolean.FALSE.equals(result)) {
            batch.put(
                    DocumentStore.KEPT,
                    FactorDocument.stepKeyOf(account),
                    FactorDocument.ofStep(account, step.getAsLong()));
        }
        return new FactorResult.Passed<>(result);
    }

    /** The step of the code; empty if it is wrong, or if it is not after the last one that was used. */
    private OptionalLong unusedStep(Check given, WriteBatch batch) {
        OptionalLong step = given.secret().stepOf(given.code(), batch.now());
        Document last = batch.get(DocumentStore.KEPT, FactorDocument.stepKeyOf(account));
        boolean isUsed = !given.isNewSecret()
                && last != null
                && step.isPresent()
                && step.getAsLong() <= FactorDocument.stepIn(last);
        return isUsed ? OptionalLong.empty() : step;
    }
}
