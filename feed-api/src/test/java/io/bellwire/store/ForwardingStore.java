package io.bellwire.store;

import io.bellwire.document.DocumentStore;
import io.bellwire.group.GroupStore;
import io.bellwire.log.BatchInput;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Change;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.OrderStore;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.AccountStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A store that forwards all to another one, which outlives it. */
public abstract class ForwardingStore implements DataStore {
    private final DataStore inner;

    protected ForwardingStore(DataStore inner) {
        this.inner = inner;
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
    public WriteBatch commit(BatchNeeds needs, Function<BatchInput, WriteBatch> decide) {
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
    public Map<Feed, Long> keptMillis(Map<Feed, Revision> revisions, long nowMillis, Duration kept) {
        return inner.keptMillis(revisions, nowMillis, kept);
    }

    @Override
    public Optional<Event> event(EventNumber eventNumber) {
        return inner.event(eventNumber);
    }

    @Override
    public OrderStore orders() {
        return inner.orders();
    }

    @Override
    public AccountStore accounts() {
        return inner.accounts();
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
    public DocumentStore documents() {
        return inner.documents();
    }

    @Override
    public long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener) {
        return inner.expire(nowMillis, kept, responsesKept, listener);
    }

    /** Does nothing: who has made the other store closes it. */
    @Override
    public void close() {}
}
