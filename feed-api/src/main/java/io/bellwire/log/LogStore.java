package io.bellwire.log;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

        /** What all of the writes need. */
        public static Needs of(Collection<? extends Write<?>> writes) {
            Set<Feed> feeds = new LinkedHashSet<>();
            Set<Long> orders = new HashSet<>();
            Set<IdempotencyKey> keys = new HashSet<>();
            Audiences.Needs audiences = Audiences.Needs.NONE;
            for (Write<?> write : writes) {
                feeds.addAll(write.feeds());
                orders.addAll(write.orders());
                keys.addAll(write.keys());
                audiences = audiences.and(write.audiences());
            }
            return new Needs(feeds, orders, keys, audiences);
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
     * Commits one group in one transaction: reads what it needs, what earlier groups wrote included, has it decided, and
     * writes the decision. The group is durable when this returns it, and nobody may be told of it before. {@code decide}
     * may be called more than once. On an exception nothing of the group is visible to readers: it was not committed, or,
     * on a {@link CommitInDoubtException}, it may or may not be. A medium that could not be forced to keep a group fails
     * every commit from then on.
     */
    Group commit(Needs needs, Function<Group.Loaded, Group> decide);

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
