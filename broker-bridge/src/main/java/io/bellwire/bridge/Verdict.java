package io.bellwire.bridge;

import io.bellwire.route.RingRule;

/**
 * How the changes that a line has not been told of ring on it. Immutable.
 *
 * @param judgedUpTo the newest of them
 * @param after the revision before the first that rings on this line
 * @param newsHead the last that does; {@code after} if none does
 * @param rule how they ring together; of no meaning if none does
 */
record Verdict(long judgedUpTo, long after, long newsHead, RingRule rule) {
    static Verdict nothing(long judgedUpTo, long after, RingRule rule) {
        return new Verdict(judgedUpTo, after, after, rule);
    }
}
