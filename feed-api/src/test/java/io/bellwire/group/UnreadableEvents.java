package io.bellwire.group;

import io.bellwire.log.BatchInput;
import io.bellwire.log.Change;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogStore;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.StoredAccount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** A store that fails to read some events and forwards all else to another store. */
final class UnreadableEvents implements LogStore {
    private final LogStore inner;
    private final LongPredicate isUnreadable;

    /** All events are unreadable. */
    UnreadableEvents(LogStore inner) {
        this.inner = inner;
        this.isUnreadable = eventNumber -> true;
    }

    UnreadableEvents(LogStore inner, long unreadable) {
        this.inner = inner;
        this.isUnreadable = eventNumber -> eventNumber == unreadable;
    }

    @Override
    public Optional<Event> event(long eventNumber) {
        if (isUnreadable.test(eventNumber)) {
            throw new UncheckedIOException(new IOException("a bad sector"));
        }
        return inner.event(eventNumber);
    }

    @Override
    public Epoch epoch() {
        return inner.epoch();
    }

    @Override
    public List<Feed> feeds(Collection<FeedId> ids) {
        return inner.feeds(ids);
    }

    @Override
    public WriteBatch commit(Needs needs, Function<BatchInput, WriteBatch> decide) {
        return inner.commit(needs, decide);
    }

    @Override
    public List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax) {
        return inner.read(feed, revision, head, limit, bytesMax);
    }

    @Override
    public Map<Feed, Long> timesOf(Map<Feed, Revision> revisions) {
        return inner.timesOf(revisions);
    }

    @Override
    public Optional<Event> order(UUID id) {
        return inner.order(id);
    }

    @Override
    public List<StoredOrder> orders(Collection<UUID> ids) {
        return inner.orders(ids);
    }

    @Override
    public List<StoredOrder> ordersOf(Feed device, @Nullable UUID after, int limit) {
        return inner.ordersOf(device, after, limit);
    }

    @Override
    public List<StoredAccount> accounts(Collection<FeedId> ids) {
        return inner.accounts(ids);
    }

    @Override
    public List<StoredAccount> accountsBySecret(Collection<byte[]> digests) {
        return inner.accountsBySecret(digests);
    }

    @Override
    public List<StoredAccount> devices(String after, int limit) {
        return inner.devices(after, limit);
    }

    @Override
    public LastSeenStore lastSeen() {
        return inner.lastSeen();
    }

    @Override
    public GroupStore deviceGroups() {
        return inner.deviceGroups();
    }

    @Override
    public long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener) {
        return inner.expire(nowMillis, kept, responsesKept, listener);
    }

    @Override
    public void deleteLeases(long leaseMillis) {
        inner.deleteLeases(leaseMillis);
    }

    @Override
    public List<StoredOrder> ordersAfter(@Nullable UUID after, int limit) {
        return inner.ordersAfter(after, limit);
    }

    @Override
    public void close() {
        // the test closes the other store, which outlives this log
    }
}
