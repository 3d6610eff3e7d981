package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.Feed;
import io.bellwire.log.Revision;

/** Writes the positions of a feed's reader, as revisions, where an account is shown. */
final class PositionFields {
    private PositionFields() {}

    /** Adds the members {@code received}, {@code processed}, {@code head} and {@code pending}. */
    static void putInto(ObjectNode json, Feed feed) {
        Revision head = feed.head();
        json.put("received", feed.received().value());
        json.put("processed", feed.processed().value());
        json.put("head", head.value());
        json.put("pending", Math.max(0, head.minus(feed.processed())));
    }
}
