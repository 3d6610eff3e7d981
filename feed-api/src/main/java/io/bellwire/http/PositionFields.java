package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.Feed;

/** Writes the positions of a feed's reader, as revisions, where an account is shown. */
final class PositionFields {
    private PositionFields() {}

    /** Adds the members {@code received}, {@code processed}, {@code head} and {@code pending}. */
    static void putInto(ObjectNode json, Feed feed) {
        long head = feed.head();
        json.put("received", feed.received());
        json.put("processed", feed.processed());
        json.put("head", head);
        json.put("pending", Math.max(0, head - feed.processed()));
    }
}
