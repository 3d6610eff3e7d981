package io.bellwire.feed;

import io.bellwire.log.Addressees;
import io.bellwire.log.IdempotencyKey;

/**
 * Another back end's event, checked. Immutable by agreement.
 *
 * @param key made of its source and id
 * @param to the device or group that it is for, and whoever else is told
 * @param hasTime whether {@code json} has a {@code time}; otherwise the event gets that of its commit
 * @param json the JSON object of all that the feed keeps of it, from {@code type} on, UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ForeignEvent(IdempotencyKey key, Addressees to, boolean hasTime, byte[] json) {}
