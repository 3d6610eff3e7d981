package io.bellwire.segment;

import io.bellwire.document.Document;
import io.bellwire.group.FanOut;
import io.bellwire.group.GroupState;
import io.bellwire.log.Epoch;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Position;
import io.bellwire.order.OrderLock;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.PresenceCheckpoint;
import io.bellwire.registry.StoredAccount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state of the log in memory: all that the log says but its changes. It is read from records, after each commit and
 * at a start alike, so it is the same in both cases. Thread-safe; one thread at a time writes.
 */
final class LogState implements ItemVisitor {
    private final List<@Nullable FeedState> byNumber = new ArrayList<>();
    private final Map<FeedId, FeedState> byId = new HashMap<>();
    private final TreeMap<UUID, OrderLock> locks = new TreeMap<>();
    private final AccountTable accounts = new AccountTable();
    private final LastSeenTable lastSeen = new LastSeenTable();
    private final DocumentTable documents = new DocumentTable();
    private final GroupTable groups = new GroupTable(accounts, this::feedId);
    private @Nullable Epoch epoch;
    private long stateFromSegment;
    private final long readFromSegment;
    /** Whether the state has been read completely, so that an unknown feed is an error. */
    private boolean isComplete;

    private long lastEventNumber;

    /**
     * An empty state.
     *
     * @param readFromSegment the segment from which on the log is read
     * @param isOldest whether that is the oldest segment that ever was, so that nothing is left out
     */
    LogState(long readFromSegment, boolean isOldest) {
        this(readFromSegment, readFromSegment, isOldest);
    }

    private LogState(long readFromSegment, long stateFromSegment, boolean isComplete) {
        this.readFromSegment = readFromSegment;
        this.stateFromSegment = stateFromSegment;
        this.isComplete = isComplete;
    }

    /** The state of one segment of many, which is never complete. */
    static LogState ofOneSegment() {
        return new LogState(Long.MAX_VALUE, 1, false);
    }

    synchronized boolean isComplete() {
        return isComplete;
    }

    AccountTable accounts() {
        return accounts;
    }

    LastSeenTable lastSeen() {
        return lastSeen;
    }

    GroupTable groups() {
        return groups;
    }

    DocumentTable documents() {
        return documents;
    }

    synchronized @Nullable Epoch epoch() {
        return epoch;
    }

    /** The segment from which on the log holds the whole state. */
    synchronized long stateFromSegment() {
        return stateFromSegment;
    }

    /** The highest number that an event has had. */
    synchronized long lastEventNumber() {
        return lastEventNumber;
    }

    synchronized void raiseLastEventNumber(long eventNumber) {
        lastEventNumber = Math.max(lastEventNumber, eventNumber);
    }

    synchronized int feedCount() {
        return byNumber.size();
    }

    synchronized FeedId feedId(int feedNumber) {
        return require(feedNumber).id;
    }

    private @Nullable FeedState find(int feedNumber) {
        return feedNumber > 0 && feedNumber <= byNumber.size() ? byNumber.get(feedNumber - 1) : null;
    }

    private FeedState require(int feedNumber) {
        FeedState state = find(feedNumber);
        if (state == null) {
            throw new IllegalStateException("there is no feed of number " + feedNumber);
        }
        return state;
    }

    synchronized FeedState.Snapshot snapshot(int feedNumber) {
        return require(feedNumber).snapshot();
    }

    /** The feed with its present positions; null if there is no feed of this name. */
    synchronized @Nullable Feed feed(FeedId id) {
        FeedState state = byId.get(id);
        return state == null
                ? null
                : new Feed(
                        new FeedNumber(state.feedNumber),
                        id,
                        Epoch.ofFeed(requireEpoch(), id),
                        state.head,
                        state.earliest,
                        state.received,
                        state.processed);
    }

    synchronized Epoch requireEpoch() {
        Epoch current = epoch;
        if (current == null) {
            throw new IllegalStateException("the log has no epoch yet");
        }
        return current;
    }

    synchronized @Nullable OrderLock lock(UUID order) {
        return locks.get(order);
    }

    /** Up to {@code limit} leases of the orders after {@code after}, by order; from the first if it is null. */
    synchronized Map<UUID, OrderLock> locks(@Nullable UUID after, int limit) {
        Map<UUID, OrderLock> page = new TreeMap<>();
        for (Map.Entry<UUID, OrderLock> lock : (after == null ? locks : locks.tailMap(after, false)).entrySet()) {
            if (page.size() == limit) {
                break;
            }
            page.put(lock.getKey(), lock.getValue());
        }
        return page;
    }

    /** Removes leases that ended before {@code millis}. */
    synchronized void dropLocksBefore(long millis) {
        locks.values().removeIf(lock -> lock.untilMillis() < millis);
    }

    /** Notes that an index on disk has the changes of the feed in this segment. */
    synchronized void noteIndexed(int feedNumber, long segment) {
        require(feedNumber).noteIndexed(segment);
    }

    @Override
    public synchronized void epoch(Epoch latest) {
        epoch = latest;
    }

    @Override
    public synchronized void feed(int feedNumber, FeedId id) {
        while (byNumber.size() < feedNumber) {
            byNumber.add(null); // created in a part of the log that is not read; the state that follows has it
        }
        if (byNumber.get(feedNumber - 1) == null) {
            FeedState state = new FeedState(feedNumber, id);
            byNumber.set(feedNumber - 1, state);
            byId.put(id, state);
        }
    }

    @Override
    public synchronized void feedState(FeedState.Snapshot snapshot) {
        require(snapshot.feedNumber()).set(snapshot);
    }

    /** The feed that an item is about; null if the feed is older than the part of the log that has been read. */
    private @Nullable FeedState findOrRequire(int feedNumber) {
        return isComplete ? require(feedNumber) : find(feedNumber);
    }

    @Override
    public synchronized void earliest(int feedNumber, Position earliest) {
        FeedState state = findOrRequire(feedNumber);
        if (state != null && earliest.revision().isAfter(state.earliest.revision())) {
            state.earliest = earliest;
        }
    }

    @Override
    public synchronized void event(EventItem event) {
        lastEventNumber = Math.max(lastEventNumber, event.eventNumber());
    }

    @Override
    public synchronized void entry(int feedNumber, Position position, boolean isCopy) {
        FeedState state = findOrRequire(feedNumber);
        if (state == null) {
            return;
        }
        if (!isCopy && position.revision().minus(state.head.revision()) != 1) {
            throw new IllegalStateException("revision " + position.revision() + " of feed " + state.id
                    + " does not follow on " + state.head.revision());
        }
        if (position.revision().isAfter(state.head.revision())) {
            state.head = position;
        }
    }

    @Override
    public synchronized void lock(UUID order, @Nullable OrderLock lock) {
        if (lock == null) {
            locks.remove(order);
        } else {
            locks.put(order, lock);
        }
    }

    @Override
    public synchronized void processed(int feedNumber, Position position) {
        FeedState state = findOrRequire(feedNumber);
        if (state != null && position.revision().isAfter(state.processed.revision())) {
            state.processed = position;
        }
    }

    @Override
    public synchronized void received(int feedNumber, Position position) {
        FeedState state = findOrRequire(feedNumber);
        if (state != null && position.revision().isAfter(state.received.revision())) {
            state.received = position;
        }
    }

    @Override
    public void account(StoredAccount account) {
        accounts.put(account);
    }

    @Override
    public void group(GroupState group) {
        groups.put(group);
    }

    @Override
    public void member(long memberKey, @Nullable Long since) {
        groups.putMember(memberKey, since);
    }

    @Override
    public void formerMember(long memberKey, long since, long ended) {
        groups.putFormer(memberKey, new GroupTable.Period(since, ended));
    }

    @Override
    public void dropFormerMembers(int groupFeedNumber, long ended) {
        groups.dropFormerMembers(groupFeedNumber, ended);
    }

    @Override
    public void fanOut(FanOut fanOut) {
        groups.put(fanOut);
    }

    @Override
    public void fanOutDone(long eventNumber) {
        groups.removeFanOut(eventNumber);
    }

    @Override
    public void lastSeen(LastSeen device) {
        lastSeen.put(device);
    }

    @Override
    public void presenceCheckpoint(PresenceCheckpoint checkpoint) {
        lastSeen.put(checkpoint);
    }

    @Override
    public void document(Document document) {
        documents.put(document);
    }

    @Override
    public void noDocument(String key) {
        documents.remove(key);
    }

    @Override
    public synchronized void stateWritten(long fromSegment) {
        stateFromSegment = fromSegment;
        isComplete = isComplete || fromSegment >= readFromSegment;
    }
}
