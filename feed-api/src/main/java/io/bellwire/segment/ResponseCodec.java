package io.bellwire.segment;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.log.EventNumber;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the stored response of an idempotency key as an item of a record. A response can be read by its
 * location; see {@link ItemChecksum}.
 */
final class ResponseCodec {
    private static final int KEY_DIGEST_BYTES = 32;

    private ResponseCodec() {}

    /** Appends the response to {@code record}. */
    static void write(RecordBuffer record, StoredResponse response) {
        int start = record.position();
        UUID order = response.subject();
        ItemChecksum.begin(record, ItemType.RESPONSE)
                .putBytes(response.key().digest())
                .putLong(response.atMillis())
                .putLong(response.event().value())
                .putInt(response.status())
                .put(order == null ? 0 : 1);
        if (order != null) {
            record.putId(order);
        }
        record.putCounted(response.fingerprint()).putCounted(response.body());
        ItemChecksum.end(record, start);
    }

    /**
     * Skips the response that begins at the position of {@code body}, whose type has been read, and hands its location
     * to {@code items}.
     */
    static void skip(ByteBuffer body, long bodyOffset, ItemVisitor items) {
        int start = body.position() - 1;
        body.position(start + ItemChecksum.END);
        byte[] digest = new byte[KEY_DIGEST_BYTES];
        body.get(digest);
        body.position(body.position() + 2 * Long.BYTES + Integer.BYTES);
        if (body.get() != 0) {
            body.position(body.position() + 2 * Long.BYTES);
        }
        skipCounted(body);
        skipCounted(body);
        items.response(hash(digest), new ItemLocation((int) (bodyOffset + start), body.position() - start));
    }

    private static void skipCounted(ByteBuffer body) {
        int length = (int) RecordBuffer.varint(body);
        body.position(body.position() + length);
    }

    /** The number by which indexes know an idempotency key. */
    static long hash(IdempotencyKey key) {
        return hash(key.digest());
    }

    private static long hash(byte[] keyDigest) {
        return ByteBuffer.wrap(keyDigest).getLong();
    }

    /**
     * Reads the response in {@code item}; null if {@code item} is not a response or has changed since it was written.
     */
    static @Nullable StoredResponse read(ByteBuffer item) {
        if (!ItemChecksum.isIntact(item, ItemType.RESPONSE)) {
            return null;
        }
        item.position(ItemChecksum.END);
        byte[] digest = new byte[KEY_DIGEST_BYTES];
        item.get(digest);
        long atMillis = item.getLong();
        EventNumber event = new EventNumber(item.getLong());
        int status = item.getInt();
        @Nullable UUID order = item.get() == 0 ? null : RecordBuffer.id(item);
        byte[] fingerprint = RecordBuffer.counted(item);
        byte[] body = RecordBuffer.counted(item);
        return new StoredResponse(IdempotencyKey.ofDigest(digest), fingerprint, order, event, status, body, atMillis);
    }
}
