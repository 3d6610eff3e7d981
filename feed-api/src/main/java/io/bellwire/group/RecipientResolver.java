package io.bellwire.group;

import io.bellwire.feed.EventFacts;
import io.bellwire.feed.ExtraFeeds;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Recipients;
import io.bellwire.log.TargetGroup;
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

/** Finds out whom an event is for, beside those whom it always goes to. Thread-safe; never blocks. */
public final class RecipientResolver {
    private final EventLog log;
    private final Registry registry;
    private final Groups groups;
    private final FanOuts fanOuts;
    private final ExtraFeeds further;
    private final Counter unknown;

    public RecipientResolver(
            EventLog log, Registry registry, Groups groups, FanOuts fanOuts, ExtraFeeds further, MeterRegistry meters) {
        this.log = log;
        this.registry = registry;
        this.groups = groups;
        this.fanOuts = fanOuts;
        this.further = further;
        this.unknown = Counter.builder("bellwire.routes.unknown")
                .description("Feeds that a route named and that are not there, so that the event did not go to them")
                .register(meters);
    }

    /**
     * {@code feeds} and whatever is chosen for the event that {@code facts} tells of. Fails with
     * {@link io.bellwire.log.OverloadedException} if it is for groups, and too many events are on their way to groups.
     */
    public CompletionStage<Recipients> of(List<Feed> feeds, Supplier<EventFacts> facts) {
        return of(feeds, Optional.empty(), facts);
    }

    /** The same with a group that the event names itself. */
    public CompletionStage<Recipients> of(List<Feed> feeds, Optional<TargetGroup> named, Supplier<EventFacts> facts) {
        List<FeedId> chosen = further.of(facts);
        if (chosen.isEmpty() && named.isEmpty()) {
            return CompletableFuture.completedFuture(Recipients.of(feeds));
        }
        return resolve(feeds, named, chosen);
    }

    /** The group, if there is one of this name. */
    public CompletionStage<Optional<TargetGroup>> group(FeedId id) {
        return groups.audience(id);
    }

    private CompletionStage<Recipients> resolve(List<Feed> feeds, Optional<TargetGroup> named, List<FeedId> chosen) {
        CompletionStage<List<Target>> targets = CompletableFuture.completedFuture(new ArrayList<>());
        for (FeedId id : new LinkedHashSet<>(chosen)) {
            if (named.isPresent() && named.get().group().id().equals(id)) {
                continue;
            }
            targets = targets.thenCombine(target(id), (soFar, target) -> {
                soFar.add(target);
                return soFar;
            });
        }
        return targets.thenApply(all -> {
            LinkedHashSet<Feed> plain = new LinkedHashSet<>(feeds);
            List<TargetGroup> audiences = new ArrayList<>(named.stream().toList());
            for (Target target : all) {
                target.feed().ifPresent(plain::add);
                target.audience().ifPresent(audiences::add);
                if (target.feed().isEmpty() && target.audience().isEmpty()) {
                    unknown.increment();
                }
            }
            if (!audiences.isEmpty()) {
                fanOuts.requireRoom();
            }
            return new Recipients(List.copyOf(plain), audiences);
        });
    }

    /** A feed, a group, or neither if there is nothing of that name. */
    private record Target(Optional<Feed> feed, Optional<TargetGroup> audience) {}

    private CompletionStage<Target> target(FeedId id) {
        if (id.isGroup()) {
            return groups.audience(id).thenApply(audience -> new Target(Optional.empty(), audience));
        }
        if (id.equals(FeedId.ORDERS)) {
            return log.onReader(() -> new Target(Optional.of(log.makeFeed(id)), Optional.empty()));
        }
        // the feeds of creations hold nothing but orders, and are nobody's: the registry does not know them
        return registry.find(id)
                .thenApply(found ->
                        new Target(found.filter(party -> !party.disabled()).map(Account::feed), Optional.empty()));
    }
}
