package io.bellwire.order;

import io.bellwire.log.Event;
import io.bellwire.log.FeedNumber;

/**
 * The newest event of an order.
 *
 * @param deviceFeedNumber the number of the feed of the order's device
 */
public record LatestEvent(FeedNumber deviceFeedNumber, Event event) {
    public LatestEvent {
        if (event.subject() == null) {
            throw new IllegalArgumentException("event " + event.eventNumber() + " is of no order");
        }
    }
}
