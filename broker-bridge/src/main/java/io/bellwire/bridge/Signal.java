package io.bellwire.bridge;

import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.route.Tier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a signal tells a reader: its feed's newest revision, how many changes are not acknowledged, when the oldest of
 * them was committed, and over which time to spread its request. Immutable. PROTOCOL.md, section 10.2, has its form.
 *
 * @param oldestAt null if nothing is pending
 * @param spreadMillis 0 for at once
 */
record Signal(
        Epoch epoch,
        Revision revision,
        long pending,
        @Nullable Instant oldestAt,
        long spreadMillis) {
    private static final int BYTES_MAX = 127;
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** JSON, under 128 bytes. Put together by hand: nothing in it needs escaping, and it is made for every ring. */
    byte[] payload() {
        return payload(null);
    }

    /** The same, in place of a message of a higher tier. */
    byte[] payload(@Nullable Tier reducedFrom) {
        StringBuilder json = members(reducedFrom, oldestAt);
        if (json.length() >= BYTES_MAX) {
            json = members(reducedFrom, null); // the least needed
        }
        return json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The opening brace and all members. */
    StringBuilder members(@Nullable Tier reducedFrom) {
        return members(reducedFrom, oldestAt);
    }

    private StringBuilder members(@Nullable Tier reducedFrom, @Nullable Instant oldest) {
        StringBuilder json = new StringBuilder(128)
                .append("{\"epoch\":\"")
                .append(epoch.value())
                .append("\",\"revision\":")
                .append(revision.value())
                .append(",\"pending\":")
                .append(pending);
        if (oldest != null) {
            json.append(",\"oldest_at\":\"");
            MILLIS.formatTo(oldest, json);
            json.append('"');
        }
        if (spreadMillis > 0) {
            json.append(",\"spread_ms\":").append(spreadMillis);
        }
        if (reducedFrom != null) {
            json.append(",\"reduced_from\":\"").append(reducedFrom.text()).append('"');
        }
        return json;
    }
}
