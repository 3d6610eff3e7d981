package io.bellwire.feed;

import io.bellwire.command.IdempotencyKey;

/**
 * Another back end's event that cannot be appended now, but may have been appended before. Immutable.
 *
 * @param key the idempotency key, made of the event's source and id
 * @param reason why it cannot be appended
 */
public record RefusedEvent<R>(IdempotencyKey key, R reason) {}
