package io.bellwire.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * An event as the log keeps it, rendered before it is submitted. Only the time of its commit is missing: {@link
 * Timestamps#UNKNOWN} is in its places, and the writer replaces it with as many bytes. Immutable by agreement.
 *
 * <p>Example: {@code RenderedEvent.of("io.bellwire.order.created", orderId, "{...}")} is the JSON {@code
 * "type":"io.bellwire.order.created","subject":"...","time":"...","datacontenttype":"application/json","data":{...}}}.
 */
public final class RenderedEvent {
    private static final byte[] UNKNOWN = Timestamps.UNKNOWN.getBytes(StandardCharsets.US_ASCII);
    private static final String BEFORE_TIME = "\"time\":\"";
    private static final byte[] TIME = (BEFORE_TIME + Timestamps.UNKNOWN + "\",").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final EventJson json;
    private final int[] timeOffsets;

    /** @param timeOffsets where in {@code json} the time of the commit is to be */
    public RenderedEvent(EventJson json, int... timeOffsets) {
        byte[] bytes = json.bytes();
        for (int offset : timeOffsets) {
            if (offset < 0
                    || offset + UNKNOWN.length > bytes.length
                    || !Arrays.equals(bytes, offset, offset + UNKNOWN.length, UNKNOWN, 0, UNKNOWN.length)) {
                throw new IllegalArgumentException("there is no place for a time at " + offset);
            }
        }
        this.json = json;
        this.timeOffsets = timeOffsets.clone();
    }

    /**
     * An event of this program, with the time of its commit.
     *
     * @param type the CloudEvents type, ASCII
     * @param subject what the event is about, ASCII, with nothing that JSON escapes
     * @param data a JSON value
     * @param timesFromEnd places in {@code data} for the time of the commit: how many bytes before the end of {@code
     *     data} each begins
     */
    public static RenderedEvent of(String type, Object subject, String data, int... timesFromEnd) {
        String beforeTime = beforeTime(type, subject);
        EventJson json = json(beforeTime + Timestamps.UNKNOWN, data);
        int[] offsets = new int[1 + timesFromEnd.length];
        offsets[0] = beforeTime.length();
        for (int i = 0; i < timesFromEnd.length; i++) {
            offsets[1 + i] = json.length() - 1 - timesFromEnd[i];
        }
        return new RenderedEvent(json, offsets);
    }

    /** The same with a time that is known. */
    public static RenderedEvent at(Instant time, String type, Object subject, String data) {
        return new RenderedEvent(json(beforeTime(type, subject) + Timestamps.format(time), data));
    }

    private static String beforeTime(String type, Object subject) {
        return "\"type\":\"" + type + "\",\"subject\":\"" + subject + "\"," + BEFORE_TIME;
    }

    /** @param upToTime ASCII, so that it has as many bytes as characters */
    private static EventJson json(String upToTime, String data) {
        String beforeData = upToTime + "\",\"datacontenttype\":\"application/json\",\"data\":";
        return new EventJson((beforeData + data + "}").getBytes(StandardCharsets.UTF_8), beforeData.length());
    }

    /**
     * An event of another back end.
     *
     * @param object all that the feed keeps of it, as a JSON object, UTF-8
     * @param hasTime whether {@code object} has a {@code time}; otherwise the event gets that of its commit
     */
    public static RenderedEvent ofObject(byte[] object, boolean hasTime) {
        return hasTime
                ? new RenderedEvent(inPlaceOfBrace(NOTHING, object))
                : new RenderedEvent(inPlaceOfBrace(TIME, object), BEFORE_TIME.length());
    }

    private static EventJson inPlaceOfBrace(byte[] start, byte[] object) {
        byte[] bytes = Arrays.copyOf(start, start.length + object.length - 1);
        System.arraycopy(object, 1, bytes, start.length, object.length - 1);
        return new EventJson(bytes, 0);
    }

    /** Its length in bytes. */
    public int bytes() {
        return json.length();
    }

    /** As {@link EventJson#dataLength}. */
    public int dataLength() {
        return json.dataLength();
    }

    /**
     * The event's JSON if it is committed at {@code time}.
     *
     * @param time as {@link Timestamps} formats it
     */
    EventJson jsonAt(byte[] time) {
        if (timeOffsets.length == 0) {
            return json;
        }
        byte[] timed = json.bytes().clone();
        for (int offset : timeOffsets) {
            System.arraycopy(time, 0, timed, offset, UNKNOWN.length);
        }
        return new EventJson(timed, json.dataOffset());
    }
}
