package io.bellwire.bridge;

import io.bellwire.route.SignalRule;

/**
 * How the changes that a line has not been told of ring on it. Immutable.
 *
 * @param judgedUpTo the newest of them
 * @param after the revision before the first that rings on this line
 * @param newsHead the last that does; {@code after} if none does
 * @param rule how they ring together; of no meaning if none does
 */
record RoutingDecision(long judgedUpTo, long after, long newsHead, SignalRule rule) {
    static RoutingDecision nothing(long judgedUpTo, long after, SignalRule rule) {
        return new RoutingDecision(judgedUpTo, after, after, rule);
    }
}
