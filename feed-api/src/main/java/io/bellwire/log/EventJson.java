package io.bellwire.log;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;

/**
 * The JSON of an event, as every feed that has the event shows it: a CloudEvents object from {@code "type"} to its
 * closing brace. What differs between feeds comes before it, from {@code PageJson}: {@code specversion}, {@code id},
 * {@code source} and {@code revision}. Immutable by agreement: every page with the event shares the array, and nobody
 * writes to it.
 *
 * @param bytes UTF-8, without the opening brace
 * @param dataOffset where in {@code bytes} the value of {@code "data"} begins, which ends just before the closing
 *     brace; 0 if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; a copy for each page would double its cost
public record EventJson(byte[] bytes, int dataOffset) {
    private static final byte[] OPENING_BRACE = {'{'};

    public EventJson {
        if (bytes.length == 0 || bytes[bytes.length - 1] != '}') {
            throw new IllegalArgumentException("the JSON of an event must end with its closing brace");
        }
        if (dataOffset < 0 || dataOffset >= bytes.length) {
            throw new IllegalArgumentException("data must begin within the " + bytes.length
                    + " bytes of the event's JSON, begins at " + dataOffset);
        }
    }

    /** Its length in bytes. */
    public int length() {
        return bytes.length;
    }

    /** The length of the JSON value of {@code data}, in bytes; 0 if there is none. */
    public int dataLength() {
        return dataOffset == 0 ? 0 : bytes.length - 1 - dataOffset;
    }

    /** A copy of the JSON value of {@code data}; empty if there is none. */
    public byte[] data() {
        byte[] data = new byte[dataLength()];
        System.arraycopy(bytes, dataOffset, data, 0, data.length);
        return data;
    }

    /** The last characters of {@code data}, up to {@code length}, each byte as one character. */
    public String endOfData(int length) {
        int shown = Math.min(length, dataLength());
        return new String(bytes, bytes.length - 1 - shown, shown, StandardCharsets.ISO_8859_1);
    }

    /** The whole object, with its opening brace. */
    public InputStream object() {
        return new SequenceInputStream(new ByteArrayInputStream(OPENING_BRACE), new ByteArrayInputStream(bytes));
    }

    /** As text, without the opening brace. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
