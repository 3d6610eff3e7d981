package io.bellwire.command;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes a write happen once for each idempotency key. It looks at the key first, so the repetition of a request whose
 * answer was lost gets the first answer, whatever has changed since. Without a key it is just the write.
 *
 * @param <R> why the write may be refused
 */
public final class IdempotentCommand<R> implements Write<CommandResult<R>> {
    private final @Nullable IdempotencyKey key;
    private final byte[] fingerprint;
    private final Write<CommandResult<R>> write;

    /** @param fingerprint digest of the request, to detect another one under the same key */
    public IdempotentCommand(@Nullable IdempotencyKey key, byte[] fingerprint, Write<CommandResult<R>> write) {
        this.key = key;
        this.fingerprint = fingerprint.clone();
        this.write = write;
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        write.declareNeeds(needs);
        if (key != null) {
            needs.key(StoredResponse.TYPE, key);
        }
    }

    @Override
    public int bytes() {
        return write.bytes();
    }

    @Override
    public CommandResult<R> decide(WriteBatch batch) {
        if (key == null) {
            return write.decide(batch);
        }
        StoredResponse before = batch.get(StoredResponse.TYPE, key);
        if (before != null) {
            return Arrays.equals(before.fingerprint(), fingerprint)
                    ? new CommandResult.Repeated<>(before)
                    : new CommandResult.Mismatch<>();
        }
        CommandResult<R> result = write.decide(batch);
        if (result instanceof CommandResult.Done<R> done) {
            StoredResponse response = new StoredResponse(
                    key,
                    fingerprint,
                    done.subject(),
                    done.event() == null ? EventNumber.NONE : done.event().eventNumber(),
                    done.status(),
                    done.body(),
                    batch.now().toEpochMilli());
            batch.put(StoredResponse.TYPE, key, response);
        }
        return result;
    }
}
