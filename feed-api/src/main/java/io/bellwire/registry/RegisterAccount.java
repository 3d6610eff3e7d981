package io.bellwire.registry;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.log.StoredAccount;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Set;

/**
 * The write that registers a device or a partner, or enables a disabled one, with a new secret. An enabled account
 * stays as it is: of several registrations at once the first one writes, and the others find the account that it has
 * made.
 */
final class RegisterAccount implements Write<RegisterAccount.Outcome> {
    private static final int BYTES = 256;

    private final FeedId id;
    private final Secret secret;

    /** The account, and whether the write has changed it, so that it has the new secret. */
    record Outcome(Feed feed, StoredAccount account, boolean isChanged) {}

    RegisterAccount(FeedId id, Secret secret) {
        this.id = id;
        this.secret = secret;
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public Set<FeedId> names() {
        return id.device().isPresent() ? Set.of(id, FeedId.ALL_DEVICES) : Set.of(id);
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
    public Outcome decide(WriteBatch batch) {
        Feed feed = batch.feed(id);
        StoredAccount before = batch.account(id);
        if (before != null && !before.disabled()) {
            return new Outcome(feed, before, false);
        }
        // the device does not get the earlier events to all devices
        Revision since = id.device().isPresent() ? batch.head(batch.feed(FeedId.ALL_DEVICES)) : Revision.NONE;
        StoredAccount account = before == null
                ? new StoredAccount(
                        id, feed.feedNumber(), secret.digest(), batch.now().toEpochMilli(), false, since)
                : before.enable(secret.digest(), since);
        batch.putAccount(account);
        return new Outcome(feed, account, true);
    }
}
