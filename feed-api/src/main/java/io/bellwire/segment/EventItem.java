package io.bellwire.segment;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the index needs of an event. Immutable.
 *
 * @param order the order whose event it is, null if none
 * @param owner the number of the feed of that order's device, 0 if none
 * @param isNewestOfOrder whether it is the order's newest event
 */
record EventItem(ItemPlace place, long seq, @Nullable UUID order, int owner, boolean isNewestOfOrder) {}
