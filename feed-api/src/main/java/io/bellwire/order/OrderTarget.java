package io.bellwire.order;

import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.Recipients;

/**
 * An order that is to be changed. Immutable.
 *
 * @param to where its changes are told, its device's feed first
 * @param latest its newest event as it was looked up
 * @param order the order as {@code latest} tells it
 */
public record OrderTarget(OrderId id, Recipients to, Event latest, Order order) {
    public OrderTarget(OrderId id, Recipients to, Event latest) {
        this(id, to, latest, Order.of(latest));
    }

    /** The feed of its device. */
    Feed device() {
        return to.feeds().get(0);
    }

    /** The same with others to tell. */
    public OrderTarget with(Recipients all) {
        return new OrderTarget(id, all, latest, order);
    }

    /** Whether both were looked up with the same newest event. */
    public boolean isAsNewAs(OrderTarget other) {
        return latest.seq() == other.latest.seq();
    }

    /** The same as {@code newest} tells it. */
    public OrderTarget at(Event newest) {
        return new OrderTarget(id, to, newest);
    }
}
