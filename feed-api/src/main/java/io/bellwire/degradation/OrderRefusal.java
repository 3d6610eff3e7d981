package io.bellwire.degradation;

import io.bellwire.log.FeedId;
import java.time.Duration;

/**
 * Why a new order is not let in. Immutable.
 *
 * @param feed the feed that it would go to
 * @param problem what is wrong with that feed, in one line
 * @param isEachRefused whether no new order is let in
 */
public record OrderRefusal(FeedId feed, String problem, boolean isEachRefused, Duration retryAfter) {}
