package io.bellwire.registry;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.StoredAccount;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The write that changes an existing account. Its result is the account after the change; empty if there is no such
 * account.
 */
final class ChangeAccount implements Write<Optional<StoredAccount>> {
    private static final int BYTES = 256;

    private final FeedId id;
    private final Function<StoredAccount, Optional<StoredAccount>> change;

    /**
     * @param change makes the changed account; empty to leave the account as it is
     */
    private ChangeAccount(FeedId id, Function<StoredAccount, Optional<StoredAccount>> change) {
        this.id = id;
        this.change = change;
    }

    /** Gives the account a new secret, unless it is disabled. */
    static ChangeAccount rotate(FeedId id, Secret secret) {
        return new ChangeAccount(id, account -> Optional.of(account)
                .filter(enabled -> !enabled.disabled())
                .map(enabled -> enabled.withSecret(secret.digest())));
    }

    static ChangeAccount disable(FeedId id) {
        return new ChangeAccount(id, account -> Optional.of(account.disable()));
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public Set<FeedId> names() {
        // the change may end the membership of a device in the group of all devices
        return id.device().isPresent() ? Set.of(FeedId.ALL_DEVICES) : Set.of();
    }

    @Override
    public Set<FeedId> accounts() {
        return Set.of(id);
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public Optional<StoredAccount> decide(WriteBatch batch) {
        Optional<StoredAccount> changed = Optional.ofNullable(batch.account(id)).flatMap(change);
        changed.ifPresent(batch::putAccount);
        return changed;
    }
}
