package io.bellwire.order;

import io.bellwire.log.Event;

/**
 * The newest event of an order.
 *
 * @param deviceFeedNumber the number of the feed of the order's device
 */
public record LatestEvent(int deviceFeedNumber, Event event) {
    public LatestEvent {
        if (event.subject() == null) {
            throw new IllegalArgumentException("event " + event.eventNumber() + " is of no order");
        }
    }
}
