package io.bellwire.order;

import io.bellwire.group.Recipients;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;

/**
 * An order that is to be changed, as it was looked up. Immutable.
 *
 * @param recipients the feeds and groups that get the order's changes, the device's feed first
 * @param latest the order's newest event when it was looked up
 * @param order the order as {@code latest} has it
 */
public record OrderTarget(OrderId id, Recipients recipients, Event latest, Order order) {
    public OrderTarget(OrderId id, Recipients recipients, Event latest) {
        this(id, recipients, latest, Order.of(latest));
    }

    /** The feed of the order's device. */
    Feed deviceFeed() {
        return recipients.feeds().get(0);
    }

    /** The same order with other recipients. */
    public OrderTarget withRecipients(Recipients others) {
        return new OrderTarget(id, others, latest, order);
    }

    /** Whether both were looked up with the same newest event. */
    public boolean isAsNewAs(OrderTarget other) {
        return latest.eventNumber().equals(other.latest.eventNumber());
    }

    /** The same order as {@code newest} has it. */
    public OrderTarget withLatest(Event newest) {
        return new OrderTarget(id, recipients, newest);
    }
}
