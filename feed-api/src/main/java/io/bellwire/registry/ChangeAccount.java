package io.bellwire.registry;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The write that changes an existing account. Its result is the account after the change; empty if there is no such
 * account.
 */
final class ChangeAccount implements Write<Optional<StoredAccount>> {
    private static final int BYTES = 256;

    private final FeedId id;
    private final Optional<Feed> allDevices;
    private final BiFunction<StoredAccount, WriteBatch, Optional<StoredAccount>> change;

    /**
     * @param allDevices the feed of {@link FeedId#ALL_DEVICES} if the account is a device's, else empty; the change may
     *     end the device's membership
     * @param change makes the changed account; empty to leave the account as it is
     */
    private ChangeAccount(
            FeedId id,
            Optional<Feed> allDevices,
            BiFunction<StoredAccount, WriteBatch, Optional<StoredAccount>> change) {
        this.id = id;
        this.allDevices = allDevices;
        this.change = change;
    }

    /** Gives the account a new secret, unless it is disabled; the one before is valid for {@code overlap} still. */
    static ChangeAccount rotate(FeedId id, Optional<Feed> allDevices, Secret secret, Duration overlap) {
        return new ChangeAccount(id, allDevices, (account, batch) -> Optional.of(account)
                .filter(enabled -> !enabled.disabled())
                .map(enabled -> overlap.isZero()
                        ? enabled.withSecret(secret.digest())
                        : enabled.withSecret(secret.digest(), batch.steadyMillis() + overlap.toMillis())));
    }

    /** Ends the secret before the present one. */
    static ChangeAccount endOldSecret(FeedId id, Optional<Feed> allDevices) {
        return new ChangeAccount(id, allDevices, (account, batch) -> Optional.of(account.withoutOldSecret()));
    }

    static ChangeAccount changeRole(FeedId id, Role role) {
        return new ChangeAccount(id, Optional.empty(), (account, batch) -> Optional.of(account.withRole(role)));
    }

    static ChangeAccount disable(FeedId id, Optional<Feed> allDevices) {
        return new ChangeAccount(id, allDevices, (account, batch) -> Optional.of(account.disable()));
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.key(AccountStore.ACCOUNTS, id);
        allDevices.ifPresent(all -> StoredAccount.declareMembership(needs, all));
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public Optional<StoredAccount> decide(WriteBatch batch) {
        Optional<StoredAccount> changed = Optional.ofNullable(batch.get(AccountStore.ACCOUNTS, id))
                .flatMap(account -> change.apply(account, batch));
        changed.ifPresent(account -> account.putInto(batch, allDevices));
        return changed;
    }
}
