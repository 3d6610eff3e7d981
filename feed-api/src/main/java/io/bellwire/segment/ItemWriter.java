package io.bellwire.segment;

import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.FanOut;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupState;
import io.bellwire.log.LastSeen;
import io.bellwire.log.OrderLock;
import io.bellwire.log.Place;
import io.bellwire.log.Position;
import io.bellwire.log.PresenceCheckpoint;
import io.bellwire.log.StoredAccount;
import io.bellwire.log.StoredResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts items into a record. What the index finds by itself (events, responses) has methods of its own. */
final class ItemWriter implements Items {
    private final RecordBuffer record;

    ItemWriter(RecordBuffer record) {
        this.record = record;
    }

    /** How much of the record has been put. */
    int position() {
        return record.position();
    }

    /** @param owner the number of the feed of the device of the event's order, 0 if it has none */
    void event(Event event, int owner, boolean isNewestOfOrder) {
        EventBody.write(record, event, owner, isNewestOfOrder);
    }

    void response(StoredResponse answer) {
        ResponseBody.write(record, answer);
    }

    @Override
    public void event(EventItem event) {
        throw new IllegalArgumentException("an event is written whole");
    }

    @Override
    public void response(long keyHash, ItemPlace place) {
        throw new IllegalArgumentException("a response is written whole");
    }

    @Override
    public void entry(int feed, Position position, boolean isCarried) {
        record.put(isCarried ? ItemType.CARRIED_ENTRY : ItemType.ENTRY)
                .putVarint(feed)
                .putPosition(position);
    }

    @Override
    public void epoch(Epoch epoch) {
        record.put(ItemType.EPOCH).putText(epoch.value());
    }

    @Override
    public void feed(int no, FeedId id) {
        record.put(ItemType.FEED).putVarint(no).putText(id.path());
    }

    @Override
    public void feedState(FeedState.Facts facts) {
        record.put(ItemType.FEED_STATE)
                .putVarint(facts.no())
                .putPosition(facts.head())
                .putPosition(facts.earliest())
                .putPosition(facts.received())
                .putPosition(facts.processed())
                .putVarint(facts.lastIndexed());
    }

    @Override
    public void earliest(int feed, Position earliest) {
        record.put(ItemType.EARLIEST).putVarint(feed).putPosition(earliest);
    }

    @Override
    public void lock(UUID order, @Nullable OrderLock lock) {
        record.put(lock == null ? ItemType.UNLOCK : ItemType.LOCK).putId(order);
        if (lock != null) {
            record.putCounted(lock.tokenDigest()).putLong(lock.untilMillis());
        }
    }

    @Override
    public void processed(int feed, Position position) {
        record.put(ItemType.PROCESSED).putVarint(feed).putPosition(position);
    }

    @Override
    public void received(int feed, Position position) {
        record.put(ItemType.RECEIVED).putVarint(feed).putPosition(position);
    }

    @Override
    public void account(StoredAccount account) {
        record.put(ItemType.ACCOUNT)
                .putText(account.id().path())
                .putVarint(account.feedNo())
                .putCounted(account.secretDigest())
                .putLong(account.createdMillis())
                .put(account.disabled() ? 1 : 0)
                .putVarint(account.since());
    }

    @Override
    public void group(GroupState group) {
        record.put(ItemType.GROUP)
                .putVarint(group.no())
                .putVarint(group.members())
                .putVarint(group.changed())
                .putVarint(group.behind())
                .putLong(group.createdMillis());
    }

    @Override
    public void member(long pair, @Nullable Long since) {
        record.put(since == null ? ItemType.NO_MEMBER : ItemType.MEMBER).putLong(pair);
        if (since != null) {
            record.putVarint(since);
        }
    }

    @Override
    public void formerMember(long pair, long since, long ended) {
        record.put(ItemType.FORMER_MEMBER).putLong(pair).putVarint(since).putVarint(ended);
    }

    @Override
    public void forgetFormer(int group, long ended) {
        record.put(ItemType.FORGET_FORMER).putVarint(group).putVarint(ended);
    }

    @Override
    public void fanOut(FanOut fanOut) {
        record.put(ItemType.FAN_OUT)
                .putVarint(fanOut.seq())
                .putLong(fanOut.atMillis())
                .putVarint(fanOut.places().size());
        for (Place place : fanOut.places()) {
            record.putVarint(place.feedNo()).putVarint(place.revision());
        }
        record.putVarint(fanOut.direct().size());
        fanOut.direct().forEach(record::putVarint);
        record.putVarint(fanOut.target()).putVarint(fanOut.lastNo());
    }

    @Override
    public void fanOutDone(long seq) {
        record.put(ItemType.FAN_OUT_DONE).putVarint(seq);
    }

    @Override
    public void sighting(LastSeen sighting) {
        record.put(ItemType.SIGHTING)
                .putText(sighting.id().path())
                .putLong(sighting.lastSeenMillis())
                .putText(sighting.doorbell())
                .put(sighting.isConnected() ? 1 : 0);
    }

    @Override
    public void watch(PresenceCheckpoint watch) {
        record.put(ItemType.WATCH).putLong(watch.untilMillis()).putVarint(watch.revision());
    }

    @Override
    public void stateWritten(long fromSegment) {
        record.put(ItemType.STATE_WRITTEN).putVarint(fromSegment);
    }
}
