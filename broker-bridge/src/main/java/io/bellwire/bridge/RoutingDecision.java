package io.bellwire.bridge;

import io.bellwire.log.Revision;
import io.bellwire.route.SignalRule;

/**
 * What the routes say of the changes that a channel was not signalled yet. Immutable.
 *
 * @param routedUpTo the newest of them
 * @param after the revision before the first that is to be signalled on the channel
 * @param newsHead the last that is; {@code after} if none is
 * @param rule how they are signalled together; of no meaning if none is
 */
record RoutingDecision(Revision routedUpTo, Revision after, Revision newsHead, SignalRule rule) {
    static RoutingDecision noSignal(Revision routedUpTo, Revision after, SignalRule rule) {
        return new RoutingDecision(routedUpTo, after, after, rule);
    }
}
