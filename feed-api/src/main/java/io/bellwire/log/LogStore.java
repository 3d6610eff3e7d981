package io.bellwire.log;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Where the log is kept. Every method blocks; failures of the medium are {@link java.io.UncheckedIOException}.
 * Implementations are thread-safe, and pass one contract test suite.
 */
public interface LogStore extends AutoCloseable {
    /** What a group must read before it decides. */
    record Needs(Set<Feed> feeds, Set<Long> orders, Set<IdempotencyKey> keys, Audiences.Needs audiences) {
        /** Nothing about groups of devices. */
        public Needs(Set<Feed> feeds, Set<Long> orders, Set<IdempotencyKey> keys) {
            this(feeds, orders, keys, Audiences.Needs.NONE);
        }
    }

    /** One order and its event, in the order of keys. */
    record StoredOrder(long key, Event latest) {}

    Epoch epoch();

    /** The feeds of these names that exist. */
    List<Feed> feeds(Collection<FeedId> ids);

    /** Makes the feed if it does not exist yet. */
    Feed makeFeed(FeedId id);

    /**
     * Writes one group: reads what it needs, what earlier groups wrote included, has it decided, and commits the decision,
     * in one transaction. {@code decide} may be called more than once. Returns the group that was committed; nobody may be
     * told of it before a {@link #sync} that began afterwards. On an exception nothing of it is visible to readers, though
     * it may still turn out to be committed, as with any commit whose answer is lost.
     */
    Group write(Needs needs, Function<Group.Loaded, Group> decide);

    /**
     * Makes every group durable that {@link #write} had returned when this was called. The next group may be written
     * meanwhile. On an exception, a {@link CommitInDoubtException}, none of those groups is known to be durable, and none that
     * was begun meanwhile; it may fail for good then.
     */
    void sync();

    /**
     * Up to {@code limit} changes of the feed after {@code revision} and not past {@code head}, as many as
     * {@code bytesMax} holds but at least one. Shorter, or empty, if retention took the first ones away: the caller checks
     * that the first revision is the one it asked for.
     */
    List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax);

    /** When the changes at these places were committed, milliseconds since 1970; places that do not exist are left out. */
    Map<Feed, Long> timesOf(Map<Feed, Long> revisions);

    Optional<Event> event(long seq);

    Optional<Event> order(long key);

    /** Those of the orders that exist, by key. */
    List<StoredOrder> orders(Collection<Long> keys);

    /** Up to {@code limit} orders of the device whose feed has the number {@code feedNo}, after {@code afterKey}, by key. */
    List<StoredOrder> ordersOf(int feedNo, long afterKey, int limit);

    /** Up to {@code limit} of all orders, after {@code afterKey}, by key; 0 is before the first. */
    List<StoredOrder> ordersAfter(long afterKey, int limit);

    /** What is stored about groups of devices. */
    GroupStore deviceGroups();

    /**
     * Takes away changes that were committed before {@code beforeMillis}, for up to {@code feedsMax} feeds after the feed
     * number {@code afterFeedNo}, and never the newest change of a feed. Returns the first kept revision by feed number
     * for each feed that it looked at, in order of number.
     */
    Map<Integer, Long> expire(long beforeMillis, int afterFeedNo, int feedsMax);

    /**
     * Takes away events before {@code beforeMillis} that no order needs, answers and leases that ended before
     * {@code answersBeforeMillis}.
     */
    long expireEvents(long beforeMillis, long answersBeforeMillis);

    @Override
    void close();
}
