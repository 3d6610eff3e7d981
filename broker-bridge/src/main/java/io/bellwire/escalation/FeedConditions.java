package io.bellwire.escalation;

import io.bellwire.feed.LossDistances;
import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Looks at feeds. Thread-safe; never blocks its caller. */
interface FeedConditions {
    /** What {@code request} asks for; may fail. */
    CompletionStage<Look> look(Request request);

    /**
     * What to look at.
     *
     * @param feeds how these are
     * @param withPartners whether partners are wanted whose endpoints have a problem
     * @param sweepAfter which part of all accounts is wanted, see {@link LossDistances#page}; empty for none
     */
    record Request(List<FeedId> feeds, boolean withPartners, Optional<String> sweepAfter) {}

    /**
     * What was found.
     *
     * @param conditions of those of the feeds that have an enabled account
     * @param troubled partners whose endpoints have a problem
     * @param sweep the part of all accounts
     */
    record Look(List<FeedCondition> conditions, List<FeedId> troubled, Optional<LossDistances.Page> sweep) {}
}
