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
 * @param key made of its source and id
 * @param to the device or group that it is for, and whoever else is told
 * @param rendered all that the feed keeps of it
 */
public record ForeignEvent(IdempotencyKey key, Recipients to, RenderedEvent rendered) {
    private static final byte[] NOTHING = {};
    private static final byte[] TIME = ("\"time\":\"" + Timestamps.UNKNOWN + "\",").getBytes(StandardCharsets.US_ASCII);
    private static final int TIME_OFFSET = "\"time\":\"".length();

    /**
     * The event with all that is kept of it.
     *
     * @param hasTime whether {@code json} has a {@code time}; otherwise the event gets that of its commit
     * @param json the JSON object of all that the feed keeps of it, from {@code type} on, UTF-8
     */
    public static ForeignEvent of(IdempotencyKey key, Recipients to, boolean hasTime, byte[] json) {
        RenderedEvent rendered = hasTime
                ? new RenderedEvent(tail(NOTHING, json), 0)
                : new RenderedEvent(tail(TIME, json), 0, TIME_OFFSET);
        return new ForeignEvent(key, to, rendered);
    }

    /** {@code start} in place of the opening brace. */
    private static byte[] tail(byte[] start, byte[] json) {
        byte[] tail = Arrays.copyOf(start, start.length + json.length - 1);
        System.arraycopy(json, 1, tail, start.length, json.length - 1);
        return tail;
    }
}
