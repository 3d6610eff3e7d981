package io.bellwire.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the wire contract writes them: RFC 3339, UTC, always with milliseconds, and so always of one length. */
public final class Timestamps {
    /** Stands, in the same length, where a time is not known yet. */
    public static final String UNKNOWN = "0000-00-00T00:00:00.000Z";

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Timestamps() {}

    public static String format(Instant time) {
        return FORMAT.format(time);
    }
}
