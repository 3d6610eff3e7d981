package io.bellwire.http;

import io.bellwire.log.Event;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the entity tag of an order: its version in quotes, found without parsing the whole order. */
final class OrderEtag {
    private static final Pattern VERSION = Pattern.compile(",\"version\":(\\d+),\"created_at\":");
    /** Longer than what follows an order's {@code data} member, in which a back end may have written anything. */
    private static final int SEARCHED_BYTES = 160;

    private OrderEtag() {}

    static String of(Event event) {
        Matcher matcher = VERSION.matcher(event.json().endOfData(SEARCHED_BYTES));
        String version = null;
        while (matcher.find()) {
            version = matcher.group(1); // the last one is the order's own
        }
        if (version == null) {
            throw new IllegalStateException("event " + event.eventNumber() + " does not hold an order");
        }
        return '"' + version + '"';
    }
}
