package io.bellwire.registry;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.StoredAccount;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Set;

/**
 * The write that registers a device or a partner, or enables a disabled one, with a new secret; one that is registered and
 * enabled stays as it is. Of those at once one wins, and the others find what it has made.
 */
final class RegisterAccount implements Write<RegisterAccount.Outcome> {
    private static final int BYTES = 256;

    private final FeedId id;
    private final Secret secret;

    /** The account, and whether it has the new secret. */
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
    public Outcome decide(WriteBatch group) {
        Feed feed = group.feed(id);
        StoredAccount there = group.account(id);
        if (there != null && !there.disabled()) {
            return new Outcome(feed, there, false);
        }
        // what was said to all devices before this is not for it
        long since = id.device().isPresent() ? group.head(group.feed(FeedId.ALL_DEVICES)) : 0;
        StoredAccount account = there == null
                ? new StoredAccount(id, feed.no(), secret.digest(), group.now().toEpochMilli(), false, since)
                : there.enable(secret.digest(), since);
        group.putAccount(account);
        return new Outcome(feed, account, true);
    }
}
