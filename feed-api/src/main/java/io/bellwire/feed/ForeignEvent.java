package io.bellwire.feed;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.group.Recipients;
import io.bellwire.log.RenderedEvent;

/**
 * Another back end's event, checked. Immutable by agreement.
 *
 * @param key the idempotency key, made of the event's source and id
 * @param recipients the device or group that the event is for, and the further feeds that get it
 * @param rendered the part of the event that the log keeps
 */
public record ForeignEvent(IdempotencyKey key, Recipients recipients, RenderedEvent rendered) {
    /**
     * An event with this JSON.
     *
     * @param hasTime whether {@code json} has a {@code time}; otherwise the event gets the time of its commit
     * @param json the JSON object of what the log keeps of the event, from {@code type} on, UTF-8
     */
    public static ForeignEvent of(IdempotencyKey key, Recipients recipients, boolean hasTime, byte[] json) {
        return new ForeignEvent(key, recipients, RenderedEvent.ofObject(json, hasTime));
    }
}
