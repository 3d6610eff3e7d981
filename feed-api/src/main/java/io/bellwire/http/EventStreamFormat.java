package io.bellwire.http;

import io.bellwire.log.Cursor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes signals as {@code text/event-stream} (WHATWG HTML, server-sent events). */
final class EventStreamFormat {
    static final String CONTENT_TYPE = "text/event-stream";
    private static final byte[] DATA = ascii("data: ");

    private EventStreamFormat() {}

    /** The beginning of a stream: how long a reader waits before it reconnects after a failure. */
    static byte[] opening(int retryMillis) {
        return ascii("retry: " + retryMillis + "\n\n");
    }

    /** A comment, which readers skip. It keeps proxies from closing the connection as idle. */
    static byte[] heartbeat() {
        return ascii(": \n\n");
    }

    /**
     * One signal as an event.
     *
     * @param isFirst true for the first signal with this cursor, false for a reminder
     * @param cursor empty for none: the reader then keeps the last one
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
                // a line end would end the field; the reader joins several data fields with line ends
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
    static byte[] farewell(StreamEnd end, int retryMillis) {
        return ascii("retry: " + retryMillis + "\nevent: bye\ndata: {\"reason\":\"" + end.text() + "\"}\n\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
