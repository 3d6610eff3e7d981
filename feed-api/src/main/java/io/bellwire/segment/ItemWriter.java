package io.bellwire.segment;

import io.bellwire.command.StoredResponse;
import io.bellwire.document.Document;
import io.bellwire.group.FanOut;
import io.bellwire.group.GroupState;
import io.bellwire.log.EntryKey;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.FeedId;
import io.bellwire.log.Position;
import io.bellwire.order.OrderLock;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.PresenceCheckpoint;
import io.bellwire.registry.OldSecret;
import io.bellwire.registry.Role;
import io.bellwire.registry.StoredAccount;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Encodes items into a record. Events and responses are written whole by methods of their own, as an
 * {@link ItemVisitor} gets only their locations.
 */
final class ItemWriter implements ItemVisitor {
    private final RecordBuffer record;

    ItemWriter(RecordBuffer record) {
        this.record = record;
    }

    /** How many bytes the record has by now, its header included. */
    int position() {
        return record.position();
    }

    /** @param deviceFeedNumber the number of the feed of the device of the event's order; 0 if it is not an order's */
    void event(Event event, int deviceFeedNumber, boolean isLatestOfOrder) {
        EventCodec.write(record, event, deviceFeedNumber, isLatestOfOrder);
    }

    void response(StoredResponse response) {
        ResponseCodec.write(record, response);
    }

    @Override
    public void event(EventItem event) {
        throw new IllegalArgumentException("an event is written whole");
    }

    @Override
    public void response(long keyHash, ItemLocation location) {
        throw new IllegalArgumentException("a response is written whole");
    }

    @Override
    public void entry(int feedNumber, Position position, boolean isCopy) {
        record.put(isCopy ? ItemType.COPIED_ENTRY : ItemType.ENTRY)
                .putVarint(feedNumber)
                .putPosition(position);
    }

    @Override
    public void epoch(Epoch epoch) {
        record.put(ItemType.EPOCH).putText(epoch.value());
    }

    @Override
    public void feed(int feedNumber, FeedId id) {
        record.put(ItemType.FEED).putVarint(feedNumber).putText(id.path());
    }

    @Override
    public void feedState(FeedState.Snapshot snapshot) {
        record.put(ItemType.FEED_STATE)
                .putVarint(snapshot.feedNumber())
                .putPosition(snapshot.head())
                .putPosition(snapshot.earliest())
                .putPosition(snapshot.received())
                .putPosition(snapshot.processed())
                .putVarint(snapshot.lastIndexedSegment());
    }

    @Override
    public void earliest(int feedNumber, Position earliest) {
        record.put(ItemType.EARLIEST).putVarint(feedNumber).putPosition(earliest);
    }

    @Override
    public void lock(UUID order, @Nullable OrderLock lock) {
        record.put(lock == null ? ItemType.UNLOCK : ItemType.LOCK).putId(order);
        if (lock != null) {
            record.putCounted(lock.tokenDigest()).putLong(lock.untilMillis());
        }
    }

    @Override
    public void processed(int feedNumber, Position position) {
        record.put(ItemType.PROCESSED).putVarint(feedNumber).putPosition(position);
    }

    @Override
    public void received(int feedNumber, Position position) {
        record.put(ItemType.RECEIVED).putVarint(feedNumber).putPosition(position);
    }

    @Override
    public void account(StoredAccount account) {
        boolean isLong = account.old().isPresent() || account.role().isPresent();
        record.put(isLong ? ItemType.LONG_ACCOUNT : ItemType.ACCOUNT)
                .putText(account.id().path())
                .putVarint(account.feedNumber().value())
                .putCounted(account.secretDigest())
                .putLong(account.createdMillis())
                .put(account.disabled() ? 1 : 0)
                .putVarint(account.since().value());
        if (isLong) {
            record.put(account.role().map(Role::code).orElse(0))
                    .putCounted(account.old().map(old -> old.secret().digest()).orElse(new byte[0]))
                    .putLong(account.old().map(OldSecret::untilMillis).orElse(0L));
        }
    }

    @Override
    public void group(GroupState group) {
        record.put(ItemType.GROUP)
                .putVarint(group.feedNumber().value())
                .putVarint(group.members())
                .putVarint(group.changed())
                .putVarint(group.behind())
                .putLong(group.createdMillis());
    }

    @Override
    public void member(long memberKey, @Nullable Long since) {
        record.put(since == null ? ItemType.NO_MEMBER : ItemType.MEMBER).putLong(memberKey);
        if (since != null) {
            record.putVarint(since);
        }
    }

    @Override
    public void formerMember(long memberKey, long since, long ended) {
        record.put(ItemType.FORMER_MEMBER).putLong(memberKey).putVarint(since).putVarint(ended);
    }

    @Override
    public void dropFormerMembers(int groupFeedNumber, long ended) {
        record.put(ItemType.DROP_FORMER_MEMBERS).putVarint(groupFeedNumber).putVarint(ended);
    }

    @Override
    public void fanOut(FanOut fanOut) {
        record.put(ItemType.FAN_OUT)
                .putVarint(fanOut.eventNumber().value())
                .putLong(fanOut.atMillis())
                .putVarint(fanOut.entryKeys().size());
        for (EntryKey entryKey : fanOut.entryKeys()) {
            record.putVarint(entryKey.feedNumber().value())
                    .putVarint(entryKey.revision().value());
        }
        record.putVarint(fanOut.direct().size());
        fanOut.direct().forEach(feedNumber -> record.putVarint(feedNumber.value()));
        record.putVarint(fanOut.target()).putVarint(fanOut.lastFeedNumber().value());
    }

    @Override
    public void fanOutDone(long eventNumber) {
        record.put(ItemType.FAN_OUT_DONE).putVarint(eventNumber);
    }

    @Override
    public void lastSeen(LastSeen lastSeen) {
        record.put(ItemType.LAST_SEEN)
                .putText(lastSeen.id().path())
                .putLong(lastSeen.lastSeenMillis())
                .putText(lastSeen.doorbell())
                .put(lastSeen.isConnected() ? 1 : 0);
    }

    @Override
    public void presenceCheckpoint(PresenceCheckpoint checkpoint) {
        record.put(ItemType.PRESENCE_CHECKPOINT)
                .putLong(checkpoint.untilMillis())
                .putVarint(checkpoint.revision().value());
    }

    @Override
    public void document(Document document) {
        record.put(ItemType.DOCUMENT).putText(document.key()).putCounted(document.json());
    }

    @Override
    public void noDocument(String key) {
        record.put(ItemType.NO_DOCUMENT).putText(key);
    }

    @Override
    public void stateWritten(long fromSegment) {
        record.put(ItemType.STATE_WRITTEN).putVarint(fromSegment);
    }
}
