package io.bellwire.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the wire contract has them: RFC 3339, UTC, always with milliseconds, and therefore always of one length. */
public final class Timestamps {
    /** Stands in the place of a time that is not known yet; of the same length. */
    public static final String UNKNOWN = "0000-00-00T00:00:00.000Z";

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);
    private static final int NANOS_PER_MILLI = 1_000_000;

    /** Cached, because most times that are written one after the other are of the same second. */
    private static volatile Second last = Second.of(0);

    /** A second since 1970, and its text. */
    private record Second(long number, String text) {
        static Second of(long number) {
            return new Second(number, SECONDS.format(Instant.ofEpochSecond(number)));
        }
    }

    private Timestamps() {}

    public static String format(Instant time) {
        Second second = last;
        if (second.number != time.getEpochSecond()) {
            second = Second.of(time.getEpochSecond());
            last = second;
        }
        int millis = time.getNano() / NANOS_PER_MILLI;
        char[] tail = {(char) ('0' + millis / 100), (char) ('0' + millis / 10 % 10), (char) ('0' + millis % 10), 'Z'};
        return second.text.concat(new String(tail));
    }
}
