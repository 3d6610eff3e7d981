package io.bellwire.log;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the log stores of a request with an idempotency key. Immutable by agreement.
 *
 * @param key the key of the request
 * @param fingerprint digest of the request, so that another request under the same key is detected; empty if any
 *     request under the key counts as the same
 * @param order the order that the request has created or changed; null for none
 * @param event the event whose data was the answer; 0 for none
 * @param status the HTTP status of the answer
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

    /** The response to a request that has created something, with an event. */
    public StoredResponse(IdempotencyKey key, byte[] fingerprint, @Nullable UUID order, long event, long atMillis) {
        this(key, fingerprint, order, event, CREATED, NO_BODY, atMillis);
    }
}
