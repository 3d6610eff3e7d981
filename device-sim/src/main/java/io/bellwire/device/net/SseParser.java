package io.bellwire.device.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Parses an event stream, which arrives in pieces of any length (HTML standard, section 9.2.6). Comments are ignored.
 * Not thread-safe.
 */
public final class SseParser {
    /** The longest line and the longest event: the longest signal and its field's name. */
    static final int BYTES_MAX = 66_000;

    private static final Pattern RETRY_MILLIS = Pattern.compile("[0-9]{1,18}");
    private static final String DEFAULT_NAME = "message";
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Consumer<SseEvent> events;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(256);
    private long retryMillis;
    private boolean hasData;
    private String name = "";
    private String lastId = "";
    private boolean lastWasReturn;
    private boolean isFirstLine = true;

    /** @param events receives each event on the thread that calls {@link #parse} */
    public SseParser(Consumer<SseEvent> events) {
        this.events = events;
    }

    /** Parses all of {@code bytes}. Throws if a line or an event is too long; it must not be called again then. */
    public void parse(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            boolean isSecondOfLineEnd = lastWasReturn && next == '\n';
            lastWasReturn = next == '\r';
            if (isSecondOfLineEnd) {
                continue;
            }
            if (next == '\n' || next == '\r') {
                endLine();
            } else {
                checkRoom(line, 1);
                line.write(next);
            }
        }
    }

    /** How long to wait before the next stream, by the last {@code retry} of this one; 0 if there was none. */
    public long retryMillis() {
        return retryMillis;
    }

    private void endLine() throws IOException {
        byte[] bytes = line.toByteArray();
        line.reset();
        int from = isFirstLine && startsWithByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        isFirstLine = false;
        if (bytes.length == from) {
            dispatch();
            return;
        }
        int colon = from;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        int valueFrom = Math.min(colon + 1, bytes.length);
        if (valueFrom < bytes.length && bytes[valueFrom] == ' ') {
            valueFrom++;
        }
        takeField(text(bytes, from, colon), bytes, valueFrom);
    }

    private void takeField(String field, byte[] bytes, int valueFrom) throws IOException {
        switch (field) {
            case "data" -> {
                if (hasData) {
                    data.write('\n');
                }
                hasData = true;
                checkRoom(data, bytes.length - valueFrom);
                data.write(bytes, valueFrom, bytes.length - valueFrom);
            }
            case "event" -> name = text(bytes, valueFrom, bytes.length);
            case "id" -> {
                String id = text(bytes, valueFrom, bytes.length);
                if (id.indexOf('\0') < 0) {
                    lastId = id;
                }
            }
            case "retry" -> {
                String digits = text(bytes, valueFrom, bytes.length);
                if (RETRY_MILLIS.matcher(digits).matches()) {
                    retryMillis = Long.parseLong(digits);
                }
            }
            default -> {
                // a comment, whose field is empty, or a field that is not known
            }
        }
    }

    private void dispatch() {
        if (hasData) {
            events.accept(
                    new SseEvent(name.isEmpty() ? DEFAULT_NAME : name, data.toString(StandardCharsets.UTF_8), lastId));
        }
        data.reset();
        hasData = false;
        name = "";
    }

    private static void checkRoom(ByteArrayOutputStream buffer, int bytes) throws IOException {
        if (buffer.size() + bytes > BYTES_MAX) {
            throw new IOException("a line or an event of over " + BYTES_MAX + " bytes");
        }
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2];
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
