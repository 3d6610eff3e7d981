package io.bellwire.registry;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Optional;

/**
 * The write that registers a device, a partner or an operator, or enables a disabled one, with a new secret. An enabled account
 * stays as it is: of several registrations at once the first one writes, and the others find the account that it has
 * made.
 */
final class RegisterAccount implements Write<RegisterAccount.Outcome> {
    private static final int BYTES = 256;

    private final FeedId id;
    private final Secret secret;
    private final Optional<Feed> allDevices;
    private final Optional<Role> role;

    /** The account, and whether the write has changed it, so that it has the new secret. */
    record Outcome(Feed feed, StoredAccount account, boolean isChanged) {}

    /**
     * @param allDevices the feed of {@link FeedId#ALL_DEVICES} if the account is a device's, else empty
     * @param role the role if the account is an operator's, else empty
     */
    RegisterAccount(FeedId id, Secret secret, Optional<Feed> allDevices, Optional<Role> role) {
        this.id = id;
        this.secret = secret;
        this.allDevices = allDevices;
        this.role = role;
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.name(id).key(AccountStore.ACCOUNTS, id);
        allDevices.ifPresent(all -> StoredAccount.declareMembership(needs, all));
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public Outcome decide(WriteBatch batch) {
        Feed feed = batch.feed(id);
        StoredAccount before = batch.get(AccountStore.ACCOUNTS, id);
        if (before != null && !before.disabled()) {
            return new Outcome(feed, before, false);
        }
        // the device does not get the earlier events to all devices
        Revision since = allDevices.map(batch::head).orElse(Revision.NONE);
        StoredAccount account = before == null
                ? new StoredAccount(
                        id, feed.feedNumber(), secret.digest(), batch.now().toEpochMilli(), false, since)
                : before.enable(secret.digest(), since);
        StoredAccount withRole = role.map(account::withRole).orElse(account);
        withRole.putInto(batch, allDevices);
        return new Outcome(feed, withRole, true);
    }
}
