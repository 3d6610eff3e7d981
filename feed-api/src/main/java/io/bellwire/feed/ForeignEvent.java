package io.bellwire.feed;

import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.Recipients;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Another back end's event, checked. Immutable by agreement.
 *
 * @param key the idempotency key, made of the event's source and id
 * @param recipients the device or group that the event is for, and the further feeds that get it
 * @param rendered the part of the event that the log keeps
 */
public record ForeignEvent(IdempotencyKey key, Recipients recipients, RenderedEvent rendered) {
    private static final byte[] NOTHING = {};
    private static final byte[] TIME = ("\"time\":\"" + Timestamps.UNKNOWN + "\",").getBytes(StandardCharsets.US_ASCII);
    private static final int TIME_OFFSET = "\"time\":\"".length();

    /**
     * An event with this JSON.
     *
     * @param hasTime whether {@code json} has a {@code time}; otherwise the event gets the time of its commit
     * @param json the JSON object of what the log keeps of the event, from {@code type} on, UTF-8
     */
    public static ForeignEvent of(IdempotencyKey key, Recipients recipients, boolean hasTime, byte[] json) {
        RenderedEvent rendered = hasTime
                ? new RenderedEvent(eventJson(NOTHING, json), 0)
                : new RenderedEvent(eventJson(TIME, json), 0, TIME_OFFSET);
        return new ForeignEvent(key, recipients, rendered);
    }

    /** The object {@code json} with {@code start} in place of its opening brace. */
    private static byte[] eventJson(byte[] start, byte[] json) {
        byte[] eventJson = Arrays.copyOf(start, start.length + json.length - 1);
        System.arraycopy(json, 1, eventJson, start.length, json.length - 1);
        return eventJson;
    }
}
