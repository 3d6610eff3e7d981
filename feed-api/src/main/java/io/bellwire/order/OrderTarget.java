package io.bellwire.order;

import io.bellwire.log.Addressees;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;

/**
 * An order that is to be changed. Immutable.
 *
 * @param to where its changes are told, its device's feed first
 * @param latest its newest event as it was looked up
 */
public record OrderTarget(OrderId id, Addressees to, Event latest) {
    /** How large it is, which each of its changes is too. */
    int bytes() {
        return latest.dataLength() + to.bytes();
    }

    /** The feed of its device. */
    Feed device() {
        return to.feeds().get(0);
    }

    /** The same with others to tell. */
    public OrderTarget with(Addressees all) {
        return new OrderTarget(id, all, latest);
    }
}
