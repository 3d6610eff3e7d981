package io.bellwire.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one batch of writes has read and decided so far, all of which becomes durable together or not at all. A write
 * sees what earlier writes of the same batch have decided. Used by one thread.
 */
public final class WriteBatch {
    /** More events than any batch has; a store that assigns numbers in blocks keeps that many ready. */
    static final int EVENTS_MAX = 1 << 18;

    private final BatchInput loaded;
    private final Instant now;
    private final long leaseMillis;
    /** {@link #now} as text, made once for all events. */
    private final byte[] time;

    private long nextEventNumber;
    private final Map<Integer, Position> heads = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<UUID, LatestEvent> orders = new LinkedHashMap<>();
    private final Map<UUID, @Nullable OrderLock> locks = new LinkedHashMap<>();
    private final Map<IdempotencyKey, StoredResponse> storedResponses = new LinkedHashMap<>();
    private final Map<Feed, Position> processed = new LinkedHashMap<>();
    private final Map<Feed, Position> received = new LinkedHashMap<>();
    private final Map<FeedId, StoredAccount> accounts = new LinkedHashMap<>();
    private final Map<FeedId, LastSeen> lastSeen = new LinkedHashMap<>();
    private @Nullable PresenceCheckpoint presenceCheckpoint;

    private final GroupMembers groupMembers;

    /**
     * An event in one feed.
     *
     * @param before the position of the change before it
     */
    public record Entry(Feed feed, Position before, Change change) {
        public Revision revision() {
            return change.revision();
        }

        public Event event() {
            return change.event();
        }
    }

    /** The newest event of an order, and the feed of the order's device. */
    public record LatestEvent(Feed device, Event event) {}

    /** A batch whose leases use the same time. */
    public WriteBatch(BatchInput loaded, Instant now) {
        this(loaded, now, now.toEpochMilli());
    }

    WriteBatch(BatchInput loaded, Instant now, long leaseMillis) {
        this.loaded = loaded;
        this.now = now;
        this.leaseMillis = leaseMillis;
        this.time = Timestamps.format(now).getBytes(StandardCharsets.US_ASCII);
        this.groupMembers = new GroupMembers(loaded.groupMembers());
        this.nextEventNumber = loaded.firstEventNumber();
    }

    /** The time of the commit: one for the whole batch, never before that of an earlier batch. */
    public Instant now() {
        return now;
    }

    /** The time of the commit for leases, which does not jump when the clock is set: see {@link LeaseClock}. */
    public long leaseMillis() {
        return leaseMillis;
    }

    /** The feed of this name; the write must have asked for it. */
    public Feed feed(FeedId name) {
        Feed feed = loaded.feeds().get(name);
        if (feed == null) {
            throw new IllegalStateException("the write did not ask for feed " + name);
        }
        return feed;
    }

    /** The names of the feeds that this batch creates. */
    public Set<FeedId> createdFeeds() {
        return loaded.createdFeeds();
    }

    /** The revision of the next event in {@code feed}; the write must have named the feed. */
    public Revision nextRevision(Feed feed) {
        return head(feed).next();
    }

    /** The head of {@code feed}, with the events of this batch; the write must have named the feed. */
    public Revision head(Feed feed) {
        return headPosition(feed).revision();
    }

    /** The same as a position. */
    public Position headPosition(Feed feed) {
        Position mine = heads.get(feed.feedNumber());
        if (mine != null) {
            return mine;
        }
        Position head = loaded.heads().get(feed.feedNumber());
        if (head == null) {
            throw new IllegalStateException("the write did not name feed " + feed.id());
        }
        return head;
    }

    /**
     * Appends one event to all of {@code feeds}.
     *
     * @param order the order that the event is about; null for none
     */
    public Event append(RenderedEvent rendered, @Nullable UUID order, List<Feed> feeds) {
        Event event = new Event(nextEventNumber++, now.toEpochMilli(), rendered.jsonAt(time), order);
        events.add(event);
        addToFeeds(event, feeds);
        return event;
    }

    /**
     * Appends one event for {@code to}: to its feeds and, in the same transaction, to the feeds of all members of its
     * groups. If the members are too many, or earlier events are still on their way to them, the background writes it
     * to them. The write must have named all of {@link Recipients#allFeeds} and {@link Recipients#needs}.
     */
    public Event append(RenderedEvent rendered, @Nullable UUID order, Recipients to) {
        if (to.targetGroups().isEmpty()) {
            return append(rendered, order, to.feeds());
        }
        boolean isAtOnce = groupMembers.canBeWrittenAtOnce(to.targetGroups());
        Set<Feed> direct = new LinkedHashSet<>(to.feeds());
        Set<Feed> all = new LinkedHashSet<>(direct);
        List<EntryKey> entryKeys = new ArrayList<>();
        for (TargetGroup targetGroup : to.targetGroups()) {
            entryKeys.add(new EntryKey(targetGroup.group().feedNumber(), nextRevision(targetGroup.group())));
            all.add(targetGroup.group());
            if (isAtOnce) {
                all.addAll(targetGroup.members().orElse(List.of()));
            }
        }
        Event event = append(rendered, order, List.copyOf(all));
        if (!isAtOnce) {
            List<Integer> numbers = direct.stream().map(Feed::feedNumber).toList();
            groupMembers.defer(new FanOut(event.eventNumber(), event.atMillis(), entryKeys, numbers, 0, 0));
        }
        return event;
    }

    /** Adds an event that is in the log already to further feeds; none of them may have it. */
    public void addToFeeds(Event event, List<Feed> feeds) {
        for (Feed feed : feeds) {
            Position before = headPosition(feed);
            Position next = before.next(event);
            heads.put(feed.feedNumber(), next);
            entries.add(new Entry(feed, before, new Change(next.revision(), event, next.chain())));
        }
    }

    /** What is known and decided about groups of devices. */
    public GroupMembers groupMembers() {
        return groupMembers;
    }

    /** The newest event of the order, or null if there is no such order; the write must have named the order. */
    public @Nullable Event order(UUID id) {
        LatestEvent mine = orders.get(id);
        return mine != null ? mine.event() : loaded.orders().get(id);
    }

    /** Makes {@code latest} the newest event of the order of the device whose feed this is. */
    public void putOrder(UUID id, Feed device, Event latest) {
        if (!id.equals(latest.order())) {
            throw new IllegalArgumentException("event " + latest.eventNumber() + " is not of order " + id);
        }
        orders.put(id, new LatestEvent(device, latest));
    }

    /** The lease on the order, ended or not, or null if there is none; the write must have named the order. */
    public @Nullable OrderLock lock(UUID order) {
        return locks.containsKey(order) ? locks.get(order) : loaded.locks().get(order);
    }

    /** Replaces the lease on the order; null removes it. */
    public void putLock(UUID order, @Nullable OrderLock lock) {
        locks.put(order, lock);
    }

    /** The stored response of this key, or null if the key is new; the write must have named the key. */
    public @Nullable StoredResponse storedResponse(IdempotencyKey key) {
        StoredResponse mine = storedResponses.get(key);
        return mine != null ? mine : loaded.storedResponses().get(key);
    }

    /** The account, or null if there is none; the write must have named it. */
    public @Nullable StoredAccount account(FeedId id) {
        StoredAccount mine = accounts.get(id);
        return mine != null ? mine : loaded.accounts().get(id);
    }

    /**
     * Replaces the account. If that enables or disables a device, the write must have asked for {@link
     * FeedId#ALL_DEVICES}, whose members have changed.
     */
    public void putAccount(StoredAccount account) {
        StoredAccount before = account(account.id());
        if (account.isEnabledDevice() != (before != null && before.isEnabledDevice())) {
            groupMembers.membersChanged(feed(FeedId.ALL_DEVICES));
        }
        accounts.put(account.id(), account);
    }

    /** Replaces what is stored of the same devices. */
    public void putLastSeen(List<LastSeen> seen) {
        seen.forEach(device -> lastSeen.put(device.id(), device));
    }

    /** Replaces the checkpoint. */
    public void putPresenceCheckpoint(PresenceCheckpoint latest) {
        presenceCheckpoint = latest;
    }

    /** Stores the response. */
    public void storeResponse(StoredResponse response) {
        if (loaded.usedKeyRows().contains(response.key().row())) {
            throw new IllegalStateException("two idempotency keys share 63 bits of their digests");
        }
        storedResponses.put(response.key(), response);
    }

    /** Moves the processed position of {@code feed} up to {@code position}; a lower one changes nothing. */
    public void acknowledge(Feed feed, Position position) {
        if (position.revision().isAfter(feed.processed())) {
            processed.merge(feed, position, Position::furthest);
        }
    }

    void received(Feed feed, Position position) {
        received.put(feed, position);
    }

    /** Whether the batch is acknowledged to somebody; received positions and last-seen records are only hints. */
    public boolean isAcknowledged() {
        return !(entries.isEmpty()
                && createdFeeds().isEmpty()
                && accounts.isEmpty()
                && groupMembers.isEmpty()
                && orders.isEmpty()
                && locks.isEmpty()
                && storedResponses.isEmpty()
                && processed.isEmpty());
    }

    /** How many event numbers the batch has used. */
    public long eventNumbersUsed() {
        return nextEventNumber - loaded.firstEventNumber();
    }

    Map<Integer, Position> heads() {
        return heads;
    }

    public List<Event> events() {
        return events;
    }

    public List<Entry> entries() {
        return entries;
    }

    public Map<UUID, LatestEvent> orders() {
        return orders;
    }

    public Map<UUID, @Nullable OrderLock> locks() {
        return locks;
    }

    /** Whether the order existed when the batch began, so that its row is updated and not inserted. */
    boolean isKnownOrder(UUID id) {
        return loaded.orders().containsKey(id);
    }

    public Map<IdempotencyKey, StoredResponse> storedResponses() {
        return storedResponses;
    }

    public Map<Feed, Position> processed() {
        return processed;
    }

    public Map<Feed, Position> received() {
        return received;
    }

    public Map<FeedId, StoredAccount> accounts() {
        return accounts;
    }

    /** Whether the account existed when the batch began, so that its row is updated and not inserted. */
    boolean isKnownAccount(FeedId id) {
        return loaded.accounts().containsKey(id);
    }

    public Map<FeedId, LastSeen> lastSeen() {
        return lastSeen;
    }

    public @Nullable PresenceCheckpoint presenceCheckpoint() {
        return presenceCheckpoint;
    }
}
