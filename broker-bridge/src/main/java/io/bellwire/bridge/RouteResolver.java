package io.bellwire.bridge;

import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Change;
import io.bellwire.log.Revision;
import io.bellwire.route.Routes;
import io.bellwire.route.SignalRule;
import io.bellwire.route.Tier;
import java.util.List;

/** Finds out which changes are to be signalled on a channel, and how, as the routes say. Used on the bridge's loop. */
final class RouteResolver {
    private final RecentChanges recent;
    private final EventFactsCache events;

    RouteResolver(RecentChanges recent, EventFactsCache events) {
        this.recent = recent;
        this.events = events;
    }

    /**
     * The decision on the changes after {@code after} up to {@code head}. Of changes that are too many, or not in
     * memory any more, nothing is known: they are signalled everywhere, and as if they had the highest tier of all.
     */
    RoutingDecision resolve(Routes routes, SignalChannel channel, Revision after, Revision head) {
        long count = head.minus(after);
        List<Change> changes = count > MessageRenderer.CHANGES_MAX
                ? null
                : recent.after(channel.feed(), after, Math.toIntExact(count), Long.MAX_VALUE);
        if (changes == null || changes.size() < count) {
            return new RoutingDecision(head, after, head, routes.highestRule());
        }
        SignalRule rule = null;
        Tier between = Tier.FULL;
        Revision first = Revision.NONE;
        Revision last = Revision.NONE;
        for (Change change : changes) {
            SignalRule own = routes.ruleFor(events.of(change.event()));
            if (channel.carries(own.topic())) {
                // the changes between are listed too, and none may be told in more detail than its own route allows
                rule = rule == null ? own : lowest(rule, own, between);
                first = first.equals(Revision.NONE) ? change.revision() : first;
                last = change.revision();
                between = Tier.FULL;
            } else {
                between = between.lowerOf(own.tier());
            }
        }
        return rule == null
                ? RoutingDecision.noSignal(head, after, routes.defaultRule())
                : new RoutingDecision(head, first.previous(), last, rule);
    }

    private static SignalRule lowest(SignalRule rule, SignalRule own, Tier between) {
        return rule.combinedWith(own).withTierAtMost(between);
    }
}
