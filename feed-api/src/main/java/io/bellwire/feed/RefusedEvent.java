package io.bellwire.feed;

import io.bellwire.log.IdempotencyKey;

/**
 * Another back end's event that cannot be appended now, but may have been appended before. Immutable.
 *
 * @param key made of its source and id
 * @param why what is in its way
 */
public record RefusedEvent<R>(IdempotencyKey key, R why) {}
