package io.bellwire.command;

import io.bellwire.log.EventNumber;
import io.bellwire.log.RecordType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a request with an idempotency key. Immutable by agreement.
 *
 * @param key the key of the request
 * @param fingerprint digest of the request, so that another request under the same key is detected; empty if any
 *     request under the key counts as the same
 * @param subject the id of what the request has created or changed; null for none
 * @param event the event whose data was the answer; {@link EventNumber#NONE} for none
 * @param status the HTTP status of the answer
 * @param body the answer itself if it was not an event's data
 * @param atMillis when, milliseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record StoredResponse(
        IdempotencyKey key,
        byte[] fingerprint,
        @Nullable UUID subject,
        EventNumber event,
        int status,
        byte[] body,
        long atMillis) {
    /** Stored responses, for as long as requests may be repeated. */
    public static final RecordType<IdempotencyKey, StoredResponse> TYPE = RecordType.kept("stored responses");

    private static final int CREATED = 201;
    private static final byte[] NO_BODY = {};

    /** The response to a request that has created something, with an event. */
    public StoredResponse(
            IdempotencyKey key, byte[] fingerprint, @Nullable UUID subject, EventNumber event, long atMillis) {
        this(key, fingerprint, subject, event, CREATED, NO_BODY, atMillis);
    }
}
