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
 * Where the log is kept. Every method blocks; failures of the medium are {@link java.io.UncheckedIOException}.
 * Implementations are thread-safe, and pass one contract test suite.
 */
public interface LogStore extends AutoCloseable {
    /** The order in which {@link #orders} and {@link #ordersOf} list orders: that of the bytes of their ids. */
    Comparator<UUID> BY_BYTES = (one, other) -> {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    };

    /**
     * What a group must read before it decides.
     *
     * @param feeds feeds whose heads it must know
     * @param names feeds to be found by name, and made if they do not exist; of these the heads too and, of groups, the states
     */
    record Needs(
            Set<Feed> feeds,
            Set<FeedId> names,
            Set<UUID> orders,
            Set<IdempotencyKey> keys,
            Set<FeedId> accounts,
            GroupMembers.Needs audiences) {
        /** Nothing by name, no accounts, and nothing about groups of devices. */
        public Needs(Set<Feed> feeds, Set<UUID> orders, Set<IdempotencyKey> keys) {
            this(feeds, orders, keys, GroupMembers.Needs.NONE);
        }

        /** Nothing by name, and no accounts. */
        public Needs(Set<Feed> feeds, Set<UUID> orders, Set<IdempotencyKey> keys, GroupMembers.Needs audiences) {
            this(feeds, Set.of(), orders, keys, Set.of(), audiences);
        }

        /** What all of the writes need. */
        public static Needs of(Collection<? extends Write<?>> writes) {
            Set<Feed> feeds = new LinkedHashSet<>();
            Set<FeedId> names = new LinkedHashSet<>();
            Set<UUID> orders = new HashSet<>();
            Set<IdempotencyKey> keys = new HashSet<>();
            Set<FeedId> accounts = new HashSet<>();
            GroupMembers.Needs audiences = GroupMembers.Needs.NONE;
            for (Write<?> write : writes) {
                feeds.addAll(write.feeds());
                names.addAll(write.names());
                orders.addAll(write.orders());
                keys.addAll(write.keys());
                accounts.addAll(write.accounts());
                audiences = audiences.and(write.audiences());
            }
            return new Needs(feeds, names, orders, keys, accounts, audiences);
        }

        /** The same without the names of feeds that are in memory: these are needed as feeds. */
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
            return new Needs(feeds, unknown, orders, keys, accounts, audiences).with(found);
        }

        /** The same with these feeds and, as far as they are groups', with their states. */
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
                    audiences.and(new GroupMembers.Needs(groups, Set.of(), Set.of())));
        }
    }

    /** One order and its newest event. */
    record StoredOrder(UUID id, Event latest) {}

    Epoch epoch();

    /** The feeds of these names that exist. */
    List<Feed> feeds(Collection<FeedId> ids);

    /**
     * Commits one group in one transaction: reads what it needs, what earlier groups wrote included, has it decided, and
     * writes the decision. The group is durable when this returns it, and nobody may be told of it before. {@code decide}
     * may be called more than once. On an exception nothing of the group is visible to readers: it was not committed, or,
     * on a {@link CommitInDoubtException}, it may or may not be. A medium that could not be forced to keep a group fails
     * every commit from then on.
     */
    WriteBatch commit(Needs needs, Function<WriteBatch.Loaded, WriteBatch> decide);

    /**
     * Up to {@code limit} changes of the feed after {@code revision} and not past {@code head}, as many as
     * {@code bytesMax} holds but at least one. Shorter, or empty, if retention took the first ones away: the caller checks
     * that the first revision is the one it asked for.
     */
    List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax);

    /** When the changes at these places were committed, milliseconds since 1970; places that do not exist are left out. */
    Map<Feed, Long> timesOf(Map<Feed, Long> revisions);

    Optional<Event> event(long seq);

    Optional<Event> order(UUID id);

    /** Those of the orders that exist, {@link #BY_BYTES}. */
    List<StoredOrder> orders(Collection<UUID> ids);

    /** Up to {@code limit} orders of the device whose feed this is, after {@code after} or from the first, {@link #BY_BYTES}. */
    List<StoredOrder> ordersOf(Feed device, @Nullable UUID after, int limit);

    /** Those of the accounts that exist. */
    List<StoredAccount> accounts(Collection<FeedId> ids);

    /** The accounts whose secrets have these SHA-256 digests. */
    List<StoredAccount> accountsBySecret(Collection<byte[]> digests);

    /** Up to {@code limit} accounts of devices whose feeds' names come after {@code after}, by name. */
    List<StoredAccount> devices(String after, int limit);

    /** What is stored of when devices were last seen. */
    LastSeenStore sightings();

    /** What is stored about groups of devices. */
    GroupStore deviceGroups();

    /** Notified of what retention has taken away. */
    interface Forgotten {
        /** Changes of the feed with the number {@code feedNo} up to {@code earliest} are kept no more. */
        void upTo(int feedNo, Position earliest);
    }

    /**
     * Takes away what is older than it must be kept, in steps that hold nobody else up for long: changes, but never the
     * newest of a feed; events that no feed and no order needs; answers. A store may keep more, until it can give up a larger part at
     * once.
     *
     * @param nowMillis the time now, milliseconds since 1970
     * @param kept how long changes must be kept
     * @param answersKept how long answers must be kept
     * @return how many events it has deleted
     */
    long expire(long nowMillis, Duration kept, Duration answersKept, Forgotten forgotten);

    /** Forgets leases that ended before {@code leaseMillis}, see {@link WriteBatch#leaseMillis}. Blocks. */
    void forgetLeases(long leaseMillis);

    /** Up to {@code limit} orders of all devices, after {@code after} or from the first, {@link #BY_BYTES}. */
    List<StoredOrder> ordersAfter(@Nullable UUID after, int limit);

    /** Why nothing can be written any more; empty as long as something can. Never blocks. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    @Override
    void close();
}
