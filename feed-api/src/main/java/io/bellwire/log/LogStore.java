package io.bellwire.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The storage of the log. Every method blocks; failures of the medium are {@link java.io.UncheckedIOException}.
 * Implementations are thread-safe and pass one contract test suite.
 */
public interface LogStore extends AutoCloseable {
    /** The order in which {@link #orders} and {@link #ordersOf} list orders: by the bytes of their ids. */
    Comparator<UUID> BY_BYTES = (one, other) -> {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    };

    /**
     * What a batch must read before it decides.
     *
     * @param feeds feeds whose heads it needs
     * @param names feeds to be found by name, and created if they do not exist; it needs their heads too and, for
     *     groups, their states
     */
    record Needs(
            Set<Feed> feeds,
            Set<FeedId> names,
            Set<UUID> orders,
            Set<IdempotencyKey> keys,
            Set<FeedId> accounts,
            GroupMembers.Needs groupNeeds) {
        /** Without names, accounts and groups of devices. */
        public Needs(Set<Feed> feeds, Set<UUID> orders, Set<IdempotencyKey> keys) {
            this(feeds, orders, keys, GroupMembers.Needs.NONE);
        }

        /** Without names and accounts. */
        public Needs(Set<Feed> feeds, Set<UUID> orders, Set<IdempotencyKey> keys, GroupMembers.Needs groupNeeds) {
            this(feeds, Set.of(), orders, keys, Set.of(), groupNeeds);
        }

        /** What all of the writes need together. */
        public static Needs of(Collection<? extends Write<?>> writes) {
            Set<Feed> feeds = new LinkedHashSet<>();
            Set<FeedId> names = new LinkedHashSet<>();
            Set<UUID> orders = new HashSet<>();
            Set<IdempotencyKey> keys = new HashSet<>();
            Set<FeedId> accounts = new HashSet<>();
            GroupMembers.Needs groupNeeds = GroupMembers.Needs.NONE;
            for (Write<?> write : writes) {
                feeds.addAll(write.feeds());
                names.addAll(write.names());
                orders.addAll(write.orders());
                keys.addAll(write.keys());
                accounts.addAll(write.accounts());
                groupNeeds = groupNeeds.and(write.groupNeeds());
            }
            return new Needs(feeds, names, orders, keys, accounts, groupNeeds);
        }

        /** The same, with feeds that are in memory in place of their names. */
        Needs resolvedBy(FeedCache known) {
            if (names.isEmpty()) {
                return this;
            }
            Set<FeedId> unknown = new LinkedHashSet<>();
            List<Feed> found = new ArrayList<>();
            for (FeedId name : names) {
                Feed feed = known.get(name);
                if (feed == null) {
                    unknown.add(name);
                } else {
                    found.add(feed);
                }
            }
            return new Needs(feeds, unknown, orders, keys, accounts, groupNeeds).with(found);
        }

        /** The same with these feeds and, for those of groups, with the states of the groups. */
        public Needs with(Collection<Feed> found) {
            if (found.isEmpty()) {
                return this;
            }
            Set<Feed> all = new LinkedHashSet<>(feeds);
            all.addAll(found);
            Set<Feed> groups =
                    found.stream().filter(feed -> feed.id().isGroup()).collect(Collectors.toSet());
            return new Needs(
                    all,
                    names,
                    orders,
                    keys,
                    accounts,
                    groupNeeds.and(new GroupMembers.Needs(groups, Set.of(), Set.of())));
        }
    }

    /** An order and its newest event. */
    record StoredOrder(UUID id, Event latest) {}

    Epoch epoch();

    /** Those of the feeds that exist. */
    List<Feed> feeds(Collection<FeedId> ids);

    /**
     * Commits one batch in one transaction: reads what it needs, including what earlier batches wrote, has it decided,
     * and writes the decision. The batch is durable when this returns it, and must not be acknowledged before. {@code
     * decide} may be called more than once. After an exception readers see nothing of the batch: it was not committed,
     * or, after a {@link CommitInDoubtException}, it may or may not be. If the medium could not be forced to keep a
     * batch, every later commit fails.
     */
    WriteBatch commit(Needs needs, Function<BatchInput, WriteBatch> decide);

    /**
     * Reads up to {@code limit} changes of the feed after {@code revision} and not past {@code head}, as many as {@code
     * bytesMax} holds but at least one. If retention has removed the first of them, the list begins later or is empty:
     * the caller compares its first revision with {@code revision + 1}, as {@code FeedReader} does. Example: {@code
     * read(feed, 17, 20, 100, 1 << 20)} gives 18, 19 and 20 if all are kept.
     */
    List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax);

    /** When these changes were committed, milliseconds since 1970; changes that do not exist are left out. */
    Map<Feed, Long> timesOf(Map<Feed, Revision> revisions);

    Optional<Event> event(long eventNumber);

    Optional<Event> order(UUID id);

    /** Those of the orders that exist, in the order of {@link #BY_BYTES}. */
    List<StoredOrder> orders(Collection<UUID> ids);

    /**
     * Up to {@code limit} orders of the device whose feed this is, after {@code after} or from the first, in the order
     * of {@link #BY_BYTES}.
     */
    List<StoredOrder> ordersOf(Feed device, @Nullable UUID after, int limit);

    /** Those of the accounts that exist. */
    List<StoredAccount> accounts(Collection<FeedId> ids);

    /** The accounts whose secrets have these SHA-256 digests. */
    List<StoredAccount> accountsBySecret(Collection<byte[]> digests);

    /**
     * Up to {@code limit} accounts of devices whose feeds' names come after {@code after}, in the order of the names.
     */
    List<StoredAccount> devices(String after, int limit);

    /** When devices were last seen. */
    LastSeenStore lastSeen();

    /** The groups of devices. */
    GroupStore deviceGroups();

    /** Is notified of what retention has deleted. */
    interface RetentionListener {
        /** The changes of the feed with the number {@code feedNumber} up to {@code earliest} are no longer kept. */
        void deletedUpTo(int feedNumber, Position earliest);
    }

    /**
     * Deletes what is older than it must be kept, in steps that block other work only briefly: changes, but never the
     * newest of a feed; events that no feed and no order needs; stored responses. A store may keep more until it can
     * delete a larger part at once.
     *
     * @param nowMillis the time now, milliseconds since 1970
     * @param kept how long changes must be kept
     * @param responsesKept how long stored responses must be kept
     * @return how many events it has deleted
     */
    long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener);

    /** Deletes leases that ended before {@code leaseMillis}, see {@link WriteBatch#leaseMillis}. Blocks. */
    void deleteLeases(long leaseMillis);

    /**
     * Up to {@code limit} orders of all devices, after {@code after} or from the first, in the order of {@link
     * #BY_BYTES}.
     */
    List<StoredOrder> ordersAfter(@Nullable UUID after, int limit);

    /** Why nothing can be written any more; empty as long as the store can write. Never blocks. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    void close();
}
