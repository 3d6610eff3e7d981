package io.bellwire.http;

import io.bellwire.log.Event;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The entity tag of an order: its version in quotes, found without parsing the order. */
final class OrderEtag {
    private static final Pattern VERSION = Pattern.compile(",\"version\":(\\d+),\"created_at\":");
    /** More than what stands after an order's {@code data}, where a source could have put anything. */
    private static final int END_BYTES = 160;

    private OrderEtag() {}

    static String of(Event event) {
        int length = Math.min(END_BYTES, event.dataLength());
        String end = new String(event.tail(), event.tail().length - 1 - length, length, StandardCharsets.ISO_8859_1);
        Matcher matcher = VERSION.matcher(end);
        String version = null;
        while (matcher.find()) {
            version = matcher.group(1); // the last one is the order's own
        }
        if (version == null) {
            throw new IllegalStateException("event " + event.seq() + " does not hold an order");
        }
        return '"' + version + '"';
    }
}
