package io.bellwire.segment;

import io.bellwire.document.Document;
import io.bellwire.group.FanOut;
import io.bellwire.group.GroupState;
import io.bellwire.log.EntryKey;
import io.bellwire.log.Epoch;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderLock;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.PresenceCheckpoint;
import io.bellwire.registry.OldSecret;
import io.bellwire.registry.Role;
import io.bellwire.registry.Secret;
import io.bellwire.registry.StoredAccount;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Decodes the items of a record's body. */
final class ItemReader {
    private ItemReader() {}

    /**
     * Hands all items of a record to {@code items}, in their order. Throws {@link IllegalStateException} if
     * {@code body} has an item of an unknown type; the body's checksum rules that out, unless another version wrote the
     * record.
     *
     * @param bodyOffset where in its file {@code body} begins
     */
    static void read(ByteBuffer body, long bodyOffset, ItemVisitor items) {
        while (body.hasRemaining()) {
            int type = body.get();
            switch (type) {
                case ItemType.EPOCH -> items.epoch(new Epoch(RecordBuffer.text(body)));
                case ItemType.FEED -> items.feed(number(body), new FeedId(RecordBuffer.text(body)));
                case ItemType.FEED_STATE -> items.feedState(feedState(body));
                case ItemType.EARLIEST -> items.earliest(number(body), RecordBuffer.position(body));
                case ItemType.EVENT -> items.event(EventCodec.skip(body, bodyOffset));
                case ItemType.ENTRY -> items.entry(number(body), RecordBuffer.position(body), false);
                case ItemType.COPIED_ENTRY -> items.entry(number(body), RecordBuffer.position(body), true);
                case ItemType.RESPONSE -> ResponseCodec.skip(body, bodyOffset, items);
                case ItemType.LOCK ->
                    items.lock(RecordBuffer.id(body), new OrderLock(RecordBuffer.counted(body), body.getLong()));
                case ItemType.UNLOCK -> items.lock(RecordBuffer.id(body), null);
                case ItemType.PROCESSED -> items.processed(number(body), RecordBuffer.position(body));
                case ItemType.RECEIVED -> items.received(number(body), RecordBuffer.position(body));
                case ItemType.ACCOUNT -> items.account(account(body));
                case ItemType.LONG_ACCOUNT -> items.account(longAccount(body));
                case ItemType.GROUP ->
                    items.group(new GroupState(
                            feedNumber(body), number(body), RecordBuffer.varint(body), number(body), body.getLong()));
                case ItemType.MEMBER -> items.member(body.getLong(), RecordBuffer.varint(body));
                case ItemType.NO_MEMBER -> items.member(body.getLong(), null);
                case ItemType.FORMER_MEMBER ->
                    items.formerMember(body.getLong(), RecordBuffer.varint(body), RecordBuffer.varint(body));
                case ItemType.DROP_FORMER_MEMBERS -> items.dropFormerMembers(number(body), RecordBuffer.varint(body));
                case ItemType.FAN_OUT -> items.fanOut(fanOut(body));
                case ItemType.FAN_OUT_DONE -> items.fanOutDone(RecordBuffer.varint(body));
                case ItemType.LAST_SEEN ->
                    items.lastSeen(new LastSeen(
                            new FeedId(RecordBuffer.text(body)),
                            body.getLong(),
                            RecordBuffer.text(body),
                            body.get() != 0));
                case ItemType.PRESENCE_CHECKPOINT ->
                    items.presenceCheckpoint(
                            new PresenceCheckpoint(body.getLong(), new Revision(RecordBuffer.varint(body))));
                case ItemType.DOCUMENT ->
                    items.document(new Document(RecordBuffer.text(body), RecordBuffer.counted(body)));
                case ItemType.NO_DOCUMENT -> items.noDocument(RecordBuffer.text(body));
                case ItemType.STATE_WRITTEN -> items.stateWritten(RecordBuffer.varint(body));
                default -> throw new IllegalStateException("item of the unknown type " + type);
            }
        }
    }

    private static int number(ByteBuffer body) {
        return (int) RecordBuffer.varint(body);
    }

    private static FeedNumber feedNumber(ByteBuffer body) {
        return new FeedNumber(number(body));
    }

    private static FeedState.Snapshot feedState(ByteBuffer body) {
        return new FeedState.Snapshot(
                number(body),
                RecordBuffer.position(body),
                RecordBuffer.position(body),
                RecordBuffer.position(body),
                RecordBuffer.position(body),
                RecordBuffer.varint(body));
    }

    private static StoredAccount account(ByteBuffer body) {
        return new StoredAccount(
                new FeedId(RecordBuffer.text(body)),
                feedNumber(body),
                RecordBuffer.counted(body),
                body.getLong(),
                body.get() != 0,
                new Revision(RecordBuffer.varint(body)));
    }

    private static StoredAccount longAccount(ByteBuffer body) {
        StoredAccount account = account(body);
        int role = body.get();
        byte[] oldDigest = RecordBuffer.counted(body);
        long oldUntilMillis = body.getLong();
        StoredAccount withOld = oldDigest.length == 0
                ? account
                : account.withOldSecret(new OldSecret(Secret.ofDigest(oldDigest), oldUntilMillis));
        return role == 0 ? withOld : withOld.withRole(Role.ofCode(role));
    }

    private static FanOut fanOut(ByteBuffer body) {
        EventNumber eventNumber = new EventNumber(RecordBuffer.varint(body));
        long atMillis = body.getLong();
        List<EntryKey> entryKeys = new ArrayList<>();
        for (long left = RecordBuffer.varint(body); left > 0; left--) {
            entryKeys.add(new EntryKey(feedNumber(body), new Revision(RecordBuffer.varint(body))));
        }
        List<FeedNumber> direct = new ArrayList<>();
        for (long left = RecordBuffer.varint(body); left > 0; left--) {
            direct.add(feedNumber(body));
        }
        return new FanOut(eventNumber, atMillis, entryKeys, direct, number(body), feedNumber(body));
    }
}
