package io.bellwire.order;

import io.bellwire.log.Event;

/** An order and its newest event. */
public record StoredOrder(OrderId id, Event latest) {}
