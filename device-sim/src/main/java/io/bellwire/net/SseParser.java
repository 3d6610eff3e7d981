package io.bellwire.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Takes an event stream apart as it comes, in whatever pieces (HTML standard, section 9.2.6). Comments are passed over,
 * {@code retry} too: how long to wait is the device's own business. Not thread-safe.
 */
final class SseParser {
    /** The longest line, and the longest event: that of the longest signal, and its field's name. */
    static final int BYTES_MAX = 66_000;

    private static final String NAME_BY_DEFAULT = "message";
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Consumer<SseEvent> events;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(256);
    private boolean hasData;
    private String name = "";
    private String lastId = "";
    private boolean afterReturn;
    private boolean first = true;

    SseParser(Consumer<SseEvent> events) {
        this.events = events;
    }

    /** Reads all of {@code bytes}; throws if the stream is no such stream, and must not be called again then. */
    void take(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            boolean second = afterReturn && next == '\n';
            afterReturn = next == '\r';
            if (second) {
                continue;
            }
            if (next == '\n' || next == '\r') {
                endLine();
            } else {
                grow(line, 1);
                line.write(next);
            }
        }
    }

    private void endLine() throws IOException {
        byte[] whole = line.toByteArray();
        line.reset();
        int from = first && startsWithMark(whole) ? BYTE_ORDER_MARK.length : 0;
        first = false;
        if (whole.length == from) {
            dispatch();
            return;
        }
        int colon = from;
        while (colon < whole.length && whole[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, whole.length);
        if (value < whole.length && whole[value] == ' ') {
            value++;
        }
        field(text(whole, from, colon), whole, value);
    }

    private void field(String field, byte[] whole, int value) throws IOException {
        switch (field) {
            case "data" -> {
                if (hasData) {
                    data.write('\n');
                }
                hasData = true;
                grow(data, whole.length - value);
                data.write(whole, value, whole.length - value);
            }
            case "event" -> name = text(whole, value, whole.length);
            case "id" -> {
                String id = text(whole, value, whole.length);
                if (id.indexOf('\0') < 0) {
                    lastId = id;
                }
            }
            default -> {
                // a comment, whose field is empty, or one that the standard has added since
            }
        }
    }

    private void dispatch() {
        if (hasData) {
            events.accept(new SseEvent(
                    name.isEmpty() ? NAME_BY_DEFAULT : name, data.toString(StandardCharsets.UTF_8), lastId));
        }
        data.reset();
        hasData = false;
        name = "";
    }

    private static void grow(ByteArrayOutputStream buffer, int by) throws IOException {
        if (buffer.size() + by > BYTES_MAX) {
            throw new IOException("a line or an event of over " + BYTES_MAX + " bytes");
        }
    }

    private static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2];
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
