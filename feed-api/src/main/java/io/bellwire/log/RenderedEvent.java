package io.bellwire.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An event as the log is to keep it, rendered before it is submitted. Only the time of its commit is missing: the places for
 * it hold {@link Timestamps#UNKNOWN}, and the writer puts in as many bytes. Immutable by agreement.
 */
public final class RenderedEvent {
    private static final byte[] UNKNOWN = Timestamps.UNKNOWN.getBytes(StandardCharsets.US_ASCII);

    private final byte[] tail;
    private final int dataOffset;
    private final int[] timeOffsets;

    /**
     * @param tail as in {@link Event}, but for the time
     * @param dataOffset as in {@link Event}
     * @param timeOffsets where in {@code tail} the time of the commit belongs
     */
    public RenderedEvent(byte[] tail, int dataOffset, int... timeOffsets) {
        for (int offset : timeOffsets) {
            if (offset < 0
                    || offset + UNKNOWN.length > tail.length
                    || !Arrays.equals(tail, offset, offset + UNKNOWN.length, UNKNOWN, 0, UNKNOWN.length)) {
                throw new IllegalArgumentException("there is no place for a time at " + offset);
            }
        }
        this.tail = tail;
        this.dataOffset = dataOffset;
        this.timeOffsets = timeOffsets.clone();
    }

    /** How many bytes it has. */
    public int bytes() {
        return tail.length;
    }

    /** As {@link Event#dataLength}. */
    public int dataLength() {
        return dataOffset == 0 ? 0 : tail.length - 1 - dataOffset;
    }

    int dataOffset() {
        return dataOffset;
    }

    /** The event's tail if it is committed at {@code time}. */
    byte[] tailAt(byte[] time) {
        if (timeOffsets.length == 0) {
            return tail;
        }
        byte[] timed = tail.clone();
        for (int offset : timeOffsets) {
            System.arraycopy(time, 0, timed, offset, UNKNOWN.length);
        }
        return timed;
    }
}
