package io.bellwire.escalation;

import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.document.Document;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A feed as {@link EscalationLoop} keeps it. Belongs to the loop. */
final class TrackedEscalation {
    final FeedId feed;
    FeedEscalation machine;
    /** What the log has of it. */
    Optional<Document> document;
    /** Whether a write of it is under way. */
    boolean isWriting;
    /** Whether a write has failed, and what the log has of it was not read since. */
    boolean isInDoubt;

    private FeedCondition last;
    private @Nullable DrainEstimate drain;

    TrackedEscalation(FeedId feed, Optional<Document> document, long nowNanos) {
        this.feed = feed;
        this.document = document;
        this.machine = machine(document, nowNanos);
        this.last = FeedCondition.none(feed);
    }

    private static FeedEscalation machine(Optional<Document> document, long nowNanos) {
        return new FeedEscalation(document.map(EscalationDocuments::read).orElse(null), nowNanos);
    }

    /** The log has this of it, and not what was taken for granted. */
    void restore(Optional<Document> found, long nowNanos) {
        document = found;
        machine = machine(found, nowNanos);
    }

    /** This is how the feed is now. */
    Optional<EscalationChange> look(FeedCondition condition, @Nullable EscalationRule rule, long nowNanos) {
        last = condition;
        Optional<EscalationChange> change = machine.look(condition, rule, nowNanos);
        if (!machine.isProblem()) {
            drain = null;
        } else if (drain == null) {
            drain = new DrainEstimate(condition.processed(), nowNanos);
        }
        return change;
    }

    FeedCondition last() {
        return last;
    }

    /** The feed as others see it. */
    EscalatedFeed view(@Nullable EscalationRule rule, long nowNanos) {
        EscalationState state = machine.state();
        long takenMillis = state.isInForce() ? state.takenMillis() : EscalationState.NO_STEP;
        Duration lasted = Duration.ofMillis(machine.lastedMillis());
        Duration undoAfter = rule == null ? Duration.ZERO : rule.undoAfter();
        return new EscalatedFeed(
                feed,
                rule == null ? "" : rule.name(),
                machine.problem(),
                lasted,
                rule == null ? 0 : rule.stepsUpTo(takenMillis),
                rule == null ? EscalatedFeed.ALL_PERCENT : rule.ordersPercent(takenMillis),
                rule != null && rule.disconnects(takenMillis),
                drain == null ? undoAfter : drain.at(last, lasted, undoAfter, nowNanos),
                EscalationNews.duration(machine.lossMillis()));
    }
}
