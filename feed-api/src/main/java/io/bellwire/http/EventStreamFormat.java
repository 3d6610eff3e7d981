package io.bellwire.http;

import io.bellwire.log.Cursor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Signals as {@code text/event-stream} (WHATWG HTML, server-sent events). */
final class EventStreamFormat {
    static final String CONTENT_TYPE = "text/event-stream";
    private static final byte[] DATA = ascii("data: ");

    private EventStreamFormat() {}

    /** What opens a stream: how long to wait before coming back after it has broken. */
    static byte[] opening(int retryMillis) {
        return ascii("retry: " + retryMillis + "\n\n");
    }

    /** A comment, which a reader skips: it keeps those between from taking the connection for dead. */
    static byte[] heartbeat() {
        return ascii(": \n\n");
    }

    /**
     * @param isFirst whether the reader is told this cursor for the first time, and not reminded of it
     * @param cursor empty for none: the reader keeps the one it was told before
     */
    static byte[] signal(boolean isFirst, Optional<Cursor> cursor, byte[] payload) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(payload.length + 64);
        cursor.ifPresent(id -> event.writeBytes(ascii("id: " + id + "\n")));
        event.writeBytes(ascii("event: " + (isFirst ? "signal" : "reminder") + "\n"));
        event.writeBytes(DATA);
        for (int i = 0; i < payload.length; i++) {
            boolean isCrLf = payload[i] == '\r' && i + 1 < payload.length && payload[i + 1] == '\n';
            if (isCrLf) {
                i++;
            }
            if (payload[i] == '\n' || payload[i] == '\r') {
                // a line end would end the field: the reader joins the lines again
                event.write('\n');
                event.writeBytes(DATA);
            } else {
                event.write(payload[i]);
            }
        }
        event.write('\n');
        event.write('\n');
        return event.toByteArray();
    }

    /** The last event of a stream. */
    static byte[] bye(StreamEnd end, int retryMillis) {
        return ascii("retry: " + retryMillis + "\nevent: bye\ndata: {\"reason\":\"" + end.text() + "\"}\n\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
