package io.bellwire.escalation;

import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Optional;

/** All rules of a routes file. Immutable. */
public record Escalations(List<EscalationRule> rules) {
    /** Nothing escalates. */
    public static final Escalations NONE = new Escalations(List.of());

    public Escalations {
        rules = List.copyOf(rules);
    }

    /** The rule for the feed: the first that matches. */
    public Optional<EscalationRule> of(FeedId feed) {
        return rules.stream().filter(rule -> rule.isFor(feed)).findFirst();
    }

    /** Whether that a change may soon be lost is a problem of any feed. */
    public boolean watchLoss() {
        return rules.stream().anyMatch(rule -> rule.lossWithin().isPresent());
    }
}
