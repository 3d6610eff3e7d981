package io.bellwire.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An event as the log keeps it, rendered before it is submitted. Only the time of its commit is missing: {@link
 * Timestamps#UNKNOWN} is in its places, and the writer replaces it with as many bytes. Immutable by agreement.
 */
public final class RenderedEvent {
    private static final byte[] UNKNOWN = Timestamps.UNKNOWN.getBytes(StandardCharsets.US_ASCII);

    private final byte[] tail;
    private final int dataOffset;
    private final int[] timeOffsets;

    /**
     * @param tail as in {@link Event}, without the time
     * @param dataOffset as in {@link Event}
     * @param timeOffsets where in {@code tail} the time of the commit is to be
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

    /** Its length in bytes. */
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

    /** The {@code tail} of the event committed at {@code time}. */
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
