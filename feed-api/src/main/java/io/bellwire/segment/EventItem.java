package io.bellwire.segment;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an index needs of an event. Immutable.
 *
 * @param order the order whose event it is; null if it is not an order's
 * @param deviceFeedNumber the number of the feed of that order's device; 0 if it is not an order's
 * @param isLatestOfOrder whether it is the order's newest event
 */
record EventItem(
        ItemLocation location, long eventNumber, @Nullable UUID order, int deviceFeedNumber, boolean isLatestOfOrder) {}
