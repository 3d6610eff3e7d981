package io.bellwire.log;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
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
    public Set<Feed> feeds() {
        return write.feeds();
    }

    @Override
    public Set<FeedId> names() {
        return write.names();
    }

    @Override
    public Set<FeedId> accounts() {
        return write.accounts();
    }

    @Override
    public Set<IdempotencyKey> keys() {
        if (key == null) {
            return write.keys();
        }
        Set<IdempotencyKey> keys = new HashSet<>(write.keys());
        keys.add(key);
        return keys;
    }

    @Override
    public Set<UUID> orders() {
        return write.orders();
    }

    @Override
    public GroupMembers.Needs groupNeeds() {
        return write.groupNeeds();
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
        StoredResponse before = batch.storedResponse(key);
        if (before != null) {
            return Arrays.equals(before.fingerprint(), fingerprint)
                    ? new CommandResult.Repeated<>(before)
                    : new CommandResult.Mismatch<>();
        }
        CommandResult<R> result = write.decide(batch);
        if (result instanceof CommandResult.Done<R> done) {
            batch.storeResponse(new StoredResponse(
                    key,
                    fingerprint,
                    done.order(),
                    done.event() == null ? 0 : done.event().eventNumber(),
                    done.status(),
                    done.body(),
                    batch.now().toEpochMilli()));
        }
        return result;
    }
}
