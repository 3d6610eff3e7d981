package io.bellwire.escalation;

import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.log.FeedId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Says what is withheld from which feeds, to all who withhold it. Belongs to the loop. */
final class Withheld {
    private final EscalationPorts ports;
    private final Set<FeedId> suspended = new HashSet<>();

    Withheld(EscalationPorts ports) {
        this.ports = ports;
    }

    /** This is how all feeds are. */
    void publish(Collection<TrackedEscalation> all, Function<FeedId, Optional<EscalationRule>> rules, long nowNanos) {
        if (all.isEmpty() && ports.escalated().all().isEmpty()) {
            return;
        }
        List<EscalatedFeed> now = new ArrayList<>();
        Set<FeedId> disconnected = new HashSet<>();
        for (TrackedEscalation one : all) {
            if (one.machine.isProblem()) {
                EscalatedFeed view = one.view(rules.apply(one.feed).orElse(null), nowNanos);
                now.add(view);
                if (view.isDisconnected()) {
                    disconnected.add(one.feed);
                }
            }
        }
        ports.escalated().replace(now);
        for (FeedId feed : disconnected) {
            if (suspended.add(feed)) {
                ports.suspend().accept(feed, true);
            }
        }
        for (FeedId feed : List.copyOf(suspended)) {
            if (!disconnected.contains(feed)) {
                suspended.remove(feed);
                ports.suspend().accept(feed, false);
            }
        }
    }
}
