package io.bellwire.escalation;

import io.bellwire.log.FeedId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How one feed is. Immutable.
 *
 * @param endpointProblem what is wrong with an endpoint; empty if nothing is
 * @param silentEndpoint an endpoint that has received nothing of late though changes wait for it, which is a problem only
 *     for a feed that has had one: at a start nobody knows yet that an endpoint is paused
 * @param lossMillis for how long the first change that is not processed is kept; empty if retention takes none
 */
record FeedCondition(
        FeedId feed,
        long head,
        long processed,
        Optional<String> endpointProblem,
        Optional<String> silentEndpoint,
        OptionalLong lossMillis) {
    /** A feed without an account that is enabled, which has no problem. */
    static FeedCondition none(FeedId feed) {
        return new FeedCondition(feed, 0, 0, Optional.empty(), Optional.empty(), OptionalLong.empty());
    }
}
