package io.bellwire.feed;

import io.bellwire.log.Feed;
import io.bellwire.log.IdempotencyKey;

/**
 * Another back end's event, checked. Immutable by agreement.
 *
 * @param key made of its source and id
 * @param feed the feed of the device that it is for
 * @param hasTime whether {@code json} has a {@code time}; otherwise the event gets that of its commit
 * @param json the JSON object of all that the feed keeps of it, from {@code type} on, UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ForeignEvent(IdempotencyKey key, Feed feed, boolean hasTime, byte[] json) {}
