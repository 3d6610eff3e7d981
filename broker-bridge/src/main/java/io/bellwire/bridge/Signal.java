package io.bellwire.bridge;

import io.bellwire.log.Epoch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a device is told: its feed's newest revision, how many changes it has not acknowledged, and when the oldest of
 * them was committed. Immutable. Its form on the wire is PROTOCOL.md's.
 *
 * @param oldestAt null if nothing is pending
 */
record Signal(
        Epoch epoch, long revision, long pending, @Nullable Instant oldestAt) {
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** JSON, under 128 bytes. Put together by hand: nothing in it needs escaping, and it is made for every ring. */
    byte[] payload() {
        StringBuilder json = new StringBuilder(128)
                .append("{\"epoch\":\"")
                .append(epoch.value())
                .append("\",\"revision\":")
                .append(revision)
                .append(",\"pending\":")
                .append(pending);
        if (oldestAt != null) {
            json.append(",\"oldest_at\":\"");
            MILLIS.formatTo(oldestAt, json);
            json.append('"');
        }
        return json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }
}
