package io.bellwire.log;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the log remembers of a request that carried an idempotency key. Immutable by agreement.
 *
 * @param key whose answer this is
 * @param fingerprint digest of the request, so that another request under the same key is noticed; empty if any request
 *     under the key counts as the same
 * @param order the order that the request made or changed, null if none
 * @param event the event whose data was the answer, 0 if none
 * @param status the answer's HTTP status
 * @param body the answer itself if it was not an event's data
 * @param atMillis when, milliseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record StoredResponse(
        IdempotencyKey key,
        byte[] fingerprint,
        @Nullable UUID order,
        long event,
        int status,
        byte[] body,
        long atMillis) {
    private static final int CREATED = 201;
    private static final byte[] NO_BODY = {};

    /** The answer to a request that made something, told by an event. */
    public StoredResponse(IdempotencyKey key, byte[] fingerprint, @Nullable UUID order, long event, long atMillis) {
        this(key, fingerprint, order, event, CREATED, NO_BODY, atMillis);
    }
}
