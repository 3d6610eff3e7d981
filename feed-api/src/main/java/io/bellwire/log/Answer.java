package io.bellwire.log;

/**
 * What the log remembers of a request that carried an idempotency key. Immutable by agreement.
 *
 * @param key whose answer this is
 * @param fingerprint digest of the request, so that another request under the same key is noticed; empty if any request
 *     under the key counts as the same
 * @param orderKey the order that the request made or changed, 0 if none
 * @param event the event whose data was the answer, 0 if none
 * @param atMillis when, milliseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Answer(IdempotencyKey key, byte[] fingerprint, long orderKey, long event, long atMillis) {}
