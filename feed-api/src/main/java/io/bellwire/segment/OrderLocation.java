package io.bellwire.segment;

import java.util.UUID;

/**
 * The newest event of an order that a segment holds. Immutable.
 *
 * @param deviceFeedNumber the number of the feed of the order's device
 * @param location where the event is
 */
record OrderLocation(UUID id, int deviceFeedNumber, ItemLocation location) {}
