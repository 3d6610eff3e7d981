package io.bellwire.segment;

import io.bellwire.log.Epoch;
import io.bellwire.log.FanOut;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupState;
import io.bellwire.log.LastSeen;
import io.bellwire.log.OrderLock;
import io.bellwire.log.Position;
import io.bellwire.log.PresenceCheckpoint;
import io.bellwire.log.StoredAccount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that the log says but its changes, in memory: it is the same after a commit and after a start that reads the log again, since both
 * come from what is in the record. Thread-safe; one thread at a time writes.
 */
final class LogState implements Items {
    private final List<@Nullable FeedState> byNo = new ArrayList<>();
    private final Map<FeedId, FeedState> byId = new HashMap<>();
    private final TreeMap<UUID, OrderLock> locks = new TreeMap<>();
    private final AccountTable accounts = new AccountTable();
    private final LastSeenTable sightings = new LastSeenTable();
    private final GroupTable groups = new GroupTable(accounts, this::nameOf);
    private @Nullable Epoch epoch;
    private long stateFrom;
    private final long readFrom;
    /** Whether all that the log says is here, and not still to come. */
    private boolean isWhole;

    private long lastSeq;

    /**
     * Empty.
     *
     * @param readFrom the segment from which on the log is read
     * @param isOldest whether that is the oldest one that ever was, so that nothing is left out
     */
    LogState(long readFrom, boolean isOldest) {
        this(readFrom, readFrom, isOldest);
    }

    private LogState(long readFrom, long stateFrom, boolean isWhole) {
        this.readFrom = readFrom;
        this.stateFrom = stateFrom;
        this.isWhole = isWhole;
    }

    /** For one segment of many: never whole. */
    static LogState ofOneSegment() {
        return new LogState(Long.MAX_VALUE, 1, false);
    }

    synchronized boolean isWhole() {
        return isWhole;
    }

    AccountTable accounts() {
        return accounts;
    }

    LastSeenTable sightings() {
        return sightings;
    }

    GroupTable groups() {
        return groups;
    }

    synchronized @Nullable Epoch epoch() {
        return epoch;
    }

    /** The segment from which on the log says all that is here. */
    synchronized long stateFrom() {
        return stateFrom;
    }

    /** The highest number that an event has had. */
    synchronized long lastSeq() {
        return lastSeq;
    }

    synchronized void raiseLastSeq(long seq) {
        lastSeq = Math.max(lastSeq, seq);
    }

    synchronized int feedCount() {
        return byNo.size();
    }

    synchronized FeedId nameOf(int no) {
        return state(no).id;
    }

    private FeedState state(int no) {
        FeedState state = no > 0 && no <= byNo.size() ? byNo.get(no - 1) : null;
        if (state == null) {
            throw new IllegalStateException("there is no feed of number " + no);
        }
        return state;
    }

    synchronized FeedState.Facts facts(int no) {
        return state(no).facts();
    }

    /** The feed as it stands now; null if there is none of this name. */
    synchronized @Nullable Feed feed(FeedId id) {
        FeedState state = byId.get(id);
        return state == null
                ? null
                : new Feed(
                        state.no,
                        id,
                        Epoch.ofFeed(requireEpoch(), id),
                        state.head,
                        state.earliest,
                        state.received,
                        state.processed);
    }

    private Epoch requireEpoch() {
        Epoch current = epoch;
        if (current == null) {
            throw new IllegalStateException("the log has no epoch yet");
        }
        return current;
    }

    synchronized @Nullable OrderLock lock(UUID order) {
        return locks.get(order);
    }

    /** Up to {@code limit} leases after the one on {@code after}, by order; from the first if that is null. */
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

    /** Forgets leases that ended before {@code millis}. */
    synchronized void dropLocksBefore(long millis) {
        locks.values().removeIf(lock -> lock.untilMillis() < millis);
    }

    /** Notes that the changes of the feed in this segment are found by an index on disk. */
    synchronized void indexed(int feed, long segment) {
        FeedState state = state(feed);
        state.lastIndexed = Math.max(state.lastIndexed, segment);
    }

    @Override
    public synchronized void epoch(Epoch latest) {
        epoch = latest;
    }

    @Override
    public synchronized void feed(int no, FeedId id) {
        while (byNo.size() < no) {
            byNo.add(null); // made in a part of the log that is not read, and still to be written once more
        }
        if (byNo.get(no - 1) == null) {
            FeedState state = new FeedState(no, id);
            byNo.set(no - 1, state);
            byId.put(id, state);
        }
    }

    @Override
    public synchronized void feedState(FeedState.Facts facts) {
        state(facts.no()).set(facts);
    }

    /** The feed that something is said about; null if the log is read from a place on that the feed is older than. */
    private @Nullable FeedState known(int no) {
        FeedState state = no > 0 && no <= byNo.size() ? byNo.get(no - 1) : null;
        return isWhole ? state(no) : state;
    }

    @Override
    public synchronized void earliest(int feed, Position earliest) {
        FeedState state = known(feed);
        if (state != null && earliest.revision() > state.earliest.revision()) {
            state.earliest = earliest;
        }
    }

    @Override
    public synchronized void event(EventItem event) {
        lastSeq = Math.max(lastSeq, event.seq());
    }

    @Override
    public synchronized void entry(int feed, Position position, boolean isCarried) {
        FeedState state = known(feed);
        if (state == null) {
            return;
        }
        if (!isCarried && position.revision() != state.head.revision() + 1) {
            throw new IllegalStateException("revision " + position.revision() + " of feed " + state.id
                    + " does not follow on " + state.head.revision());
        }
        if (position.revision() > state.head.revision()) {
            state.head = position;
        }
    }

    @Override
    public void response(long keyHash, ItemPlace place) {
        // the index knows where
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
    public synchronized void processed(int feed, Position position) {
        FeedState state = known(feed);
        if (state != null && position.revision() > state.processed.revision()) {
            state.processed = position;
        }
    }

    @Override
    public synchronized void received(int feed, Position position) {
        FeedState state = known(feed);
        if (state != null && position.revision() > state.received.revision()) {
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
    public void member(long pair, @Nullable Long since) {
        groups.putMember(pair, since);
    }

    @Override
    public void formerMember(long pair, long since, long ended) {
        groups.putFormer(pair, new GroupTable.Period(since, ended));
    }

    @Override
    public void forgetFormer(int group, long ended) {
        groups.forgetFormer(group, ended);
    }

    @Override
    public void fanOut(FanOut fanOut) {
        groups.put(fanOut);
    }

    @Override
    public void fanOutDone(long seq) {
        groups.removeFanOut(seq);
    }

    @Override
    public void sighting(LastSeen sighting) {
        sightings.put(sighting);
    }

    @Override
    public void watch(PresenceCheckpoint watch) {
        sightings.put(watch);
    }

    @Override
    public synchronized void stateWritten(long fromSegment) {
        stateFrom = fromSegment;
        isWhole = isWhole || fromSegment >= readFrom;
    }
}
