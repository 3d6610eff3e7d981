package io.bellwire.group;

import io.bellwire.log.Change;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Group;
import io.bellwire.log.GroupStore;
import io.bellwire.log.LogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongPredicate;

/** A store some of whose events cannot be read; all else is the other store's. */
final class UnreadableEvents implements LogStore {
    private final LogStore inner;
    private final LongPredicate isUnreadable;

    /** None of them can be read. */
    UnreadableEvents(LogStore inner) {
        this.inner = inner;
        this.isUnreadable = seq -> true;
    }

    UnreadableEvents(LogStore inner, long unreadable) {
        this.inner = inner;
        this.isUnreadable = seq -> seq == unreadable;
    }

    @Override
    public Optional<Event> event(long seq) {
        if (isUnreadable.test(seq)) {
            throw new UncheckedIOException(new IOException("a bad sector"));
        }
        return inner.event(seq);
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
    public Feed makeFeed(FeedId id) {
        return inner.makeFeed(id);
    }

    @Override
    public Group write(Needs needs, Function<Group.Loaded, Group> decide) {
        return inner.write(needs, decide);
    }

    @Override
    public void sync() {
        inner.sync();
    }

    @Override
    public List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax) {
        return inner.read(feed, revision, head, limit, bytesMax);
    }

    @Override
    public Map<Feed, Long> timesOf(Map<Feed, Long> revisions) {
        return inner.timesOf(revisions);
    }

    @Override
    public Optional<Event> order(long key) {
        return inner.order(key);
    }

    @Override
    public List<StoredOrder> orders(Collection<Long> keys) {
        return inner.orders(keys);
    }

    @Override
    public List<StoredOrder> ordersOf(int feedNo, long afterKey, int limit) {
        return inner.ordersOf(feedNo, afterKey, limit);
    }

    @Override
    public List<StoredOrder> ordersAfter(long afterKey, int limit) {
        return inner.ordersAfter(afterKey, limit);
    }

    @Override
    public GroupStore deviceGroups() {
        return inner.deviceGroups();
    }

    @Override
    public Map<Integer, Long> expire(long beforeMillis, int afterFeedNo, int feedsMax) {
        return inner.expire(beforeMillis, afterFeedNo, feedsMax);
    }

    @Override
    public long expireEvents(long beforeMillis, long answersBeforeMillis) {
        return inner.expireEvents(beforeMillis, answersBeforeMillis);
    }

    @Override
    public void close() {
        inner.close();
    }
}
