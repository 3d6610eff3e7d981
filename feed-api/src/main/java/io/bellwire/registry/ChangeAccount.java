package io.bellwire.registry;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.StoredAccount;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The write that changes an account that there is; the answer is the account as it is then, empty if there is none. */
final class ChangeAccount implements Write<Optional<StoredAccount>> {
    private static final int BYTES = 256;

    private final FeedId id;
    private final Function<StoredAccount, Optional<StoredAccount>> change;

    /**
     * @param change what the account becomes; empty if it counts as none
     */
    private ChangeAccount(FeedId id, Function<StoredAccount, Optional<StoredAccount>> change) {
        this.id = id;
        this.change = change;
    }

    /** A new secret for the account, unless it is disabled. */
    static ChangeAccount rotate(FeedId id, Secret secret) {
        return new ChangeAccount(id, account -> Optional.of(account)
                .filter(there -> !there.disabled())
                .map(there -> there.withSecret(secret.digest())));
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
        return id.device().isPresent() ? Set.of(FeedId.ALL_DEVICES) : Set.of(); // whose members may change
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
    public Optional<StoredAccount> decide(WriteBatch group) {
        Optional<StoredAccount> changed = Optional.ofNullable(group.account(id)).flatMap(change);
        changed.ifPresent(group::putAccount);
        return changed;
    }
}
