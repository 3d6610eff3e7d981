package io.bellwire.segment;

import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.StoredResponse;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What is remembered for an idempotency key, as it stands in a record: like {@link EventBody}, it can be read by itself. */
final class ResponseBody {
    private static final int CHECKSUM_AT = 1;
    private static final int CHECKED_FROM = CHECKSUM_AT + Integer.BYTES;
    private static final int DIGEST_BYTES = 32;

    private ResponseBody() {}

    static void write(RecordBuffer record, StoredResponse answer) {
        int start = record.position();
        UUID order = answer.order();
        record.put(ItemType.RESPONSE)
                .putInt(0)
                .putBytes(answer.key().digest())
                .putLong(answer.atMillis())
                .putLong(answer.event())
                .putInt(answer.status())
                .put(order == null ? 0 : 1);
        if (order != null) {
            record.putId(order);
        }
        record.putCounted(answer.fingerprint()).putCounted(answer.body());
        record.setInt(start + CHECKSUM_AT, checksum(record.since(start)));
    }

    private static int checksum(ByteBuffer item) {
        CRC32C crc = new CRC32C();
        crc.update(item.slice(CHECKED_FROM, item.limit() - CHECKED_FROM));
        return (int) crc.getValue();
    }

    /** Reads past the response that begins at {@code body}'s position, after its type; hands it to {@code items}. */
    static void skim(ByteBuffer body, long bodyPlace, Items items) {
        int start = body.position() - 1;
        body.position(start + CHECKED_FROM);
        byte[] digest = new byte[DIGEST_BYTES];
        body.get(digest);
        body.position(body.position() + 2 * Long.BYTES + Integer.BYTES);
        if (body.get() != 0) {
            body.position(body.position() + 2 * Long.BYTES);
        }
        skimCounted(body);
        skimCounted(body);
        items.response(
                ByteBuffer.wrap(digest).getLong(), new ItemPlace((int) (bodyPlace + start), body.position() - start));
    }

    private static void skimCounted(ByteBuffer body) {
        int length = (int) RecordBuffer.varint(body);
        body.position(body.position() + length);
    }

    /** What the index knows a key by. */
    static long hash(IdempotencyKey key) {
        return ByteBuffer.wrap(key.digest()).getLong();
    }

    /** The response that {@code item} is; null if it is none, or not what was written. */
    static @Nullable StoredResponse read(ByteBuffer item) {
        if (item.limit() < CHECKED_FROM
                || item.get(0) != ItemType.RESPONSE
                || item.getInt(CHECKSUM_AT) != checksum(item)) {
            return null;
        }
        item.position(CHECKED_FROM);
        byte[] digest = new byte[DIGEST_BYTES];
        item.get(digest);
        long atMillis = item.getLong();
        long event = item.getLong();
        int status = item.getInt();
        @Nullable UUID order = item.get() == 0 ? null : RecordBuffer.id(item);
        byte[] fingerprint = RecordBuffer.counted(item);
        byte[] body = RecordBuffer.counted(item);
        return new StoredResponse(IdempotencyKey.ofDigest(digest), fingerprint, order, event, status, body, atMillis);
    }
}
