package io.bellwire.route;

import io.bellwire.broker.DeviceTopics;
import io.bellwire.escalation.Escalations;
import io.bellwire.feed.EventFacts;
import io.bellwire.feed.FeedRouter;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All routes of one file, and its escalations. Immutable. */
public final class Routes implements FeedRouter, DeviceTopics {
    private final List<Route> routes;
    private final SignalRule defaultRule;
    private final Escalations escalations;
    private final SignalRule highestRule;
    private final Set<TopicTemplate> topics;
    private final boolean choosesFeeds;
    private final boolean haveOneRule;

    /**
     * @param defaultRule the rule for a change that no route has a rule for
     * @param escalations what is done while feeds have problems
     */
    Routes(List<Route> routes, SignalRule defaultRule, Escalations escalations) {
        this.escalations = escalations;
        this.routes = List.copyOf(routes);
        this.defaultRule = defaultRule;
        Set<TopicTemplate> templates = new LinkedHashSet<>(Set.of(defaultRule.topic()));
        SignalRule highest = defaultRule;
        for (Route route : routes) {
            if (route.rule() != null) {
                templates.add(route.rule().topic());
                highest = route.rule().tier().compareTo(highest.tier()) > 0 ? route.rule() : highest;
            }
        }
        this.topics = Set.copyOf(templates);
        this.highestRule = highest;
        this.haveOneRule = routes.stream().allMatch(route -> route.rule() == null);
        this.choosesFeeds = routes.stream().anyMatch(route -> !route.feeds().isEmpty());
    }

    /** No routes: every change is signalled by {@code defaultRule}. */
    public static Routes none(SignalRule defaultRule) {
        return new Routes(List.of(), defaultRule, Escalations.NONE);
    }

    /** How many routes there are. */
    public int size() {
        return routes.size();
    }

    /** What is done while feeds have problems. */
    public Escalations escalations() {
        return escalations;
    }

    /** The rule for a change that no route has a rule for. */
    public SignalRule defaultRule() {
        return defaultRule;
    }

    /** One of the rules with the highest tier, for changes whose events are not known. */
    public SignalRule highestRule() {
        return highestRule;
    }

    /** Whether all changes have the same rule, so that their events need not be read. */
    public boolean haveOneRule() {
        return haveOneRule;
    }

    /** Whether any route writes events to further feeds, so that events must be matched. */
    public boolean choosesFeeds() {
        return choosesFeeds;
    }

    /** The rule for an event's change: that of the first route that matches and has one. */
    public SignalRule ruleFor(EventFacts facts) {
        for (Route route : routes) {
            if (route.rule() != null && route.match().matches(facts)) {
                return route.rule();
            }
        }
        return defaultRule;
    }

    @Override
    public List<FeedId> feeds(EventFacts facts) {
        return routes.stream()
                .filter(route -> !route.feeds().isEmpty() && route.match().matches(facts))
                .flatMap(route -> route.feeds().stream())
                .flatMap(feed -> feed.of(facts).stream())
                .distinct()
                .toList();
    }

    @Override
    public Set<String> of(DeviceId device) {
        return topics.stream().map(topic -> topic.of(device)).collect(Collectors.toUnmodifiableSet());
    }
}
