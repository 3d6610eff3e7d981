package io.bellwire.segment;

import io.bellwire.log.Epoch;
import io.bellwire.log.FanOut;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupState;
import io.bellwire.log.LastSeen;
import io.bellwire.log.OrderLock;
import io.bellwire.log.Place;
import io.bellwire.log.PresenceCheckpoint;
import io.bellwire.log.StoredAccount;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes a record's body apart. */
final class ItemReader {
    private ItemReader() {}

    /**
     * Hands all items of a record to {@code items}, in their order; {@link IllegalStateException} if {@code body} is none, which
     * its checksum rules out but for a record of another version.
     *
     * @param bodyPlace where in its file {@code body} begins
     */
    static void read(ByteBuffer body, long bodyPlace, Items items) {
        while (body.hasRemaining()) {
            int type = body.get();
            switch (type) {
                case ItemType.EPOCH -> items.epoch(new Epoch(RecordBuffer.text(body)));
                case ItemType.FEED -> items.feed(number(body), new FeedId(RecordBuffer.text(body)));
                case ItemType.FEED_STATE -> items.feedState(feedState(body));
                case ItemType.EARLIEST -> items.earliest(number(body), RecordBuffer.position(body));
                case ItemType.EVENT -> items.event(EventBody.skim(body, bodyPlace));
                case ItemType.ENTRY -> items.entry(number(body), RecordBuffer.position(body), false);
                case ItemType.CARRIED_ENTRY -> items.entry(number(body), RecordBuffer.position(body), true);
                case ItemType.RESPONSE -> ResponseBody.skim(body, bodyPlace, items);
                case ItemType.LOCK ->
                    items.lock(RecordBuffer.id(body), new OrderLock(RecordBuffer.counted(body), body.getLong()));
                case ItemType.UNLOCK -> items.lock(RecordBuffer.id(body), null);
                case ItemType.PROCESSED -> items.processed(number(body), RecordBuffer.position(body));
                case ItemType.RECEIVED -> items.received(number(body), RecordBuffer.position(body));
                case ItemType.ACCOUNT -> items.account(account(body));
                case ItemType.GROUP ->
                    items.group(new GroupState(
                            number(body), number(body), RecordBuffer.varint(body), number(body), body.getLong()));
                case ItemType.MEMBER -> items.member(body.getLong(), RecordBuffer.varint(body));
                case ItemType.NO_MEMBER -> items.member(body.getLong(), null);
                case ItemType.FORMER_MEMBER ->
                    items.formerMember(body.getLong(), RecordBuffer.varint(body), RecordBuffer.varint(body));
                case ItemType.FORGET_FORMER -> items.forgetFormer(number(body), RecordBuffer.varint(body));
                case ItemType.FAN_OUT -> items.fanOut(fanOut(body));
                case ItemType.FAN_OUT_DONE -> items.fanOutDone(RecordBuffer.varint(body));
                case ItemType.SIGHTING ->
                    items.sighting(new LastSeen(
                            new FeedId(RecordBuffer.text(body)),
                            body.getLong(),
                            RecordBuffer.text(body),
                            body.get() != 0));
                case ItemType.WATCH -> items.watch(new PresenceCheckpoint(body.getLong(), RecordBuffer.varint(body)));
                case ItemType.STATE_WRITTEN -> items.stateWritten(RecordBuffer.varint(body));
                default -> throw new IllegalStateException("item of the unknown type " + type);
            }
        }
    }

    private static int number(ByteBuffer body) {
        return (int) RecordBuffer.varint(body);
    }

    private static FeedState.Facts feedState(ByteBuffer body) {
        return new FeedState.Facts(
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
                number(body),
                RecordBuffer.counted(body),
                body.getLong(),
                body.get() != 0,
                RecordBuffer.varint(body));
    }

    private static FanOut fanOut(ByteBuffer body) {
        long seq = RecordBuffer.varint(body);
        long atMillis = body.getLong();
        List<Place> places = new ArrayList<>();
        for (long left = RecordBuffer.varint(body); left > 0; left--) {
            places.add(new Place(number(body), RecordBuffer.varint(body)));
        }
        List<Integer> direct = new ArrayList<>();
        for (long left = RecordBuffer.varint(body); left > 0; left--) {
            direct.add(number(body));
        }
        return new FanOut(seq, atMillis, places, direct, number(body), number(body));
    }
}
