package io.bellwire.feed;

import io.bellwire.group.FanOuts;
import io.bellwire.group.Groups;
import io.bellwire.group.Recipients;
import io.bellwire.group.TargetGroup;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Resolves the recipients of an event: the feeds that it always goes to, the feeds and groups that routes add, and the
 * group that the event names itself. Thread-safe; never blocks.
 */
public final class RecipientResolver {
    private final EventLog log;
    private final Registry registry;
    private final Groups groups;
    private final FanOuts fanOuts;
    private final ExtraFeeds extraFeeds;
    private final Counter unknownTargets;

    public RecipientResolver(
            EventLog log,
            Registry registry,
            Groups groups,
            FanOuts fanOuts,
            ExtraFeeds extraFeeds,
            MeterRegistry meters) {
        this.log = log;
        this.registry = registry;
        this.groups = groups;
        this.fanOuts = fanOuts;
        this.extraFeeds = extraFeeds;
        this.unknownTargets = Counter.builder("bellwire.routes.unknown")
                .description("Feeds that a route named and that are not there, so that the event did not go to them")
                .register(meters);
    }

    /**
     * {@code feeds} and what the routes add for the event that {@code facts} describes. Fails with {@link
     * io.bellwire.log.OverloadedException} if the event is for groups and too many events are on their way to groups.
     */
    public CompletionStage<Recipients> of(List<Feed> feeds, Supplier<EventFacts> facts) {
        return of(feeds, Optional.empty(), facts);
    }

    /** The same for an event that may name a group itself. */
    public CompletionStage<Recipients> of(List<Feed> feeds, Optional<TargetGroup> named, Supplier<EventFacts> facts) {
        List<FeedId> routed = extraFeeds.of(facts);
        if (routed.isEmpty() && named.isEmpty()) {
            return CompletableFuture.completedFuture(Recipients.of(feeds));
        }
        return resolve(feeds, named, routed);
    }

    /** The group as the target of an event; empty if there is no such group. */
    public CompletionStage<Optional<TargetGroup>> targetGroup(FeedId id) {
        return groups.target(id);
    }

    private CompletionStage<Recipients> resolve(List<Feed> feeds, Optional<TargetGroup> named, List<FeedId> routed) {
        CompletionStage<List<Target>> targets = CompletableFuture.completedFuture(new ArrayList<>());
        for (FeedId id : new LinkedHashSet<>(routed)) {
            if (named.isPresent() && named.get().group().id().equals(id)) {
                continue;
            }
            targets = targets.thenCombine(target(id), (earlier, target) -> {
                earlier.add(target);
                return earlier;
            });
        }
        return targets.thenApply(all -> {
            LinkedHashSet<Feed> allFeeds = new LinkedHashSet<>(feeds);
            List<TargetGroup> targetGroups = new ArrayList<>(named.stream().toList());
            for (Target target : all) {
                target.feed().ifPresent(allFeeds::add);
                target.group().ifPresent(targetGroups::add);
                if (target.feed().isEmpty() && target.group().isEmpty()) {
                    unknownTargets.increment();
                }
            }
            if (!targetGroups.isEmpty()) {
                fanOuts.requireRoom();
            }
            return new Recipients(List.copyOf(allFeeds), targetGroups);
        });
    }

    /** A feed, or a group, or neither if there is none of that name. */
    private record Target(Optional<Feed> feed, Optional<TargetGroup> group) {}

    private CompletionStage<Target> target(FeedId id) {
        if (id.isGroup()) {
            return groups.target(id).thenApply(group -> new Target(Optional.empty(), group));
        }
        if (id.equals(FeedId.ORDERS)) {
            return log.onReader(() -> new Target(Optional.of(log.getOrCreateFeed(id)), Optional.empty()));
        }
        // routes cannot add events to the feeds of created orders: these belong to no account
        return registry.find(id)
                .thenApply(found ->
                        new Target(found.filter(account -> !account.disabled()).map(Account::feed), Optional.empty()));
    }
}
