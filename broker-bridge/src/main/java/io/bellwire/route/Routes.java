package io.bellwire.route;

import io.bellwire.broker.DeviceTopics;
import io.bellwire.feed.EventFacts;
import io.bellwire.feed.FeedRouter;
import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** All routes that hold together. Immutable. */
public final class Routes implements FeedRouter, DeviceTopics {
    private final List<Route> routes;
    private final SignalRule otherwise;
    private final SignalRule most;
    private final Set<TopicTemplate> topics;
    private final boolean choosesFeeds;
    private final boolean areAlike;

    /** @param otherwise what a change rings with that no route says anything of */
    Routes(List<Route> routes, SignalRule otherwise) {
        this.routes = List.copyOf(routes);
        this.otherwise = otherwise;
        Set<TopicTemplate> named = new LinkedHashSet<>(Set.of(otherwise.topic()));
        SignalRule largest = otherwise;
        for (Route route : routes) {
            if (route.ring() != null) {
                named.add(route.ring().topic());
                largest = route.ring().tier().compareTo(largest.tier()) > 0 ? route.ring() : largest;
            }
        }
        this.topics = Set.copyOf(named);
        this.most = largest;
        this.areAlike = routes.stream().allMatch(route -> route.ring() == null);
        this.choosesFeeds = routes.stream().anyMatch(route -> !route.feeds().isEmpty());
    }

    /** Without a routes file: everything rings as {@code otherwise} says. */
    public static Routes none(SignalRule otherwise) {
        return new Routes(List.of(), otherwise);
    }

    /** How many there are. */
    public int size() {
        return routes.size();
    }

    /** What a change rings with that no route says anything of. */
    public SignalRule otherwise() {
        return otherwise;
    }

    /** Of all rules, one with the highest tier: for a change of which nothing is known any more. */
    public SignalRule most() {
        return most;
    }

    /** Whether every change rings in the same way, so that there is no need to look at it. */
    public boolean areAlike() {
        return areAlike;
    }

    /** Whether events can land in further feeds, so that they have to be looked at. */
    public boolean choosesFeeds() {
        return choosesFeeds;
    }

    /** How an event rings: as the first route says that it matches and that says how. */
    public SignalRule ringOf(EventFacts facts) {
        for (Route route : routes) {
            if (route.ring() != null && route.match().holds(facts)) {
                return route.ring();
            }
        }
        return otherwise;
    }

    @Override
    public List<FeedId> feeds(EventFacts facts) {
        return routes.stream()
                .filter(route -> !route.feeds().isEmpty() && route.match().holds(facts))
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
