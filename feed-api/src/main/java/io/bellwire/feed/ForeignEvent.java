package io.bellwire.feed;

import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.Recipients;
import io.bellwire.log.RenderedEvent;

/**
 * Another back end's event, checked. Immutable by agreement.
 *
 * @param key made of its source and id
 * @param to the device or group that it is for, and whoever else is told
 * @param rendered all that the feed keeps of it
 */
public record ForeignEvent(IdempotencyKey key, Recipients to, RenderedEvent rendered) {
    /**
     * The event with all that is kept of it.
     *
     * @param hasTime whether {@code json} has a {@code time}; otherwise the event gets that of its commit
     * @param json the JSON object of all that the feed keeps of it, from {@code type} on, UTF-8
     */
    public static ForeignEvent of(IdempotencyKey key, Recipients to, boolean hasTime, byte[] json) {
        return new ForeignEvent(key, to, RenderedEvent.ofObject(json, hasTime));
    }
}
