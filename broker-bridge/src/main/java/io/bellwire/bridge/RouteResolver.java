package io.bellwire.bridge;

import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Change;
import io.bellwire.log.FeedId;
import io.bellwire.route.Routes;
import io.bellwire.route.SignalRule;
import io.bellwire.route.Tier;
import java.util.List;

/** Looks up in the routes how changes ring on a line. Used on the bridge's loop. */
final class RouteResolver {
    private final RecentChanges recent;
    private final EventFactsCache events;

    RouteResolver(RecentChanges recent, EventFactsCache events) {
        this.recent = recent;
        this.events = events;
    }

    /**
     * How the changes after {@code after} up to {@code head} ring on {@code line}. Of changes that are too many, or not in
     * memory any more, nothing is known: they ring everywhere, and as if they had the highest tier of all.
     */
    RoutingDecision judge(Routes routes, SignalChannel line, FeedId feed, long after, long head) {
        long count = head - after;
        List<Change> changes = count > MessageRenderer.CHANGES_MAX
                ? null
                : recent.after(feed, after, Math.toIntExact(count), Long.MAX_VALUE);
        if (changes == null || changes.size() < count) {
            return new RoutingDecision(head, after, head, routes.most());
        }
        SignalRule rule = null;
        Tier between = Tier.FULL;
        long first = 0;
        long last = 0;
        for (Change change : changes) {
            SignalRule own = routes.ringOf(events.of(change.event()));
            if (line.hears(own.topic())) {
                // what lies between is listed too, and no topic may carry more than its own route allows
                rule = rule == null ? own : lowest(rule, own, between);
                first = first == 0 ? change.revision() : first;
                last = change.revision();
                between = Tier.FULL;
            } else {
                between = between.lower(own.tier());
            }
        }
        return rule == null
                ? RoutingDecision.nothing(head, after, routes.otherwise())
                : new RoutingDecision(head, first - 1, last, rule);
    }

    private static SignalRule lowest(SignalRule rule, SignalRule own, Tier between) {
        return rule.lowest(own).withTierAtMost(between);
    }
}
