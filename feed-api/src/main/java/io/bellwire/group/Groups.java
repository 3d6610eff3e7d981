package io.bellwire.group;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.log.CommandResult;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupState;
import io.bellwire.log.GroupStore;
import io.bellwire.log.GroupStore.Member;
import io.bellwire.log.TargetGroup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The groups of devices. Thread-safe; nothing here blocks the caller. Who is in a group is kept in a bounded cache, which may
 * be out of date without harm: the write of an event checks that it is not.
 */
public final class Groups {
    private static final int CACHED_MAX = 1_000;

    private final EventLog log;
    private final GroupStore store;
    private final GroupLimits limits;
    private final Cache<FeedId, TargetGroup> audiences = Caffeine.newBuilder()
            .maximumSize(CACHED_MAX)
            .executor(Runnable::run)
            .build();

    public Groups(EventLog log, GroupLimits limits) {
        this.log = log;
        this.store = log.store().deviceGroups();
        this.limits = limits;
    }

    /** A group as it is. */
    public record Found(Feed feed, GroupState state, boolean isNew) {}

    /** Some members of a group, and whether there are more. */
    public record Members(List<Member> members, boolean isEnd) {}

    /** What came of changing a membership. */
    public sealed interface Changed {
        /** It is so from now on, or was before; {@code body} says since which revision. */
        @SuppressWarnings("ArrayRecordComponent") // compared nowhere
        record Done(int status, byte[] body) implements Changed {}

        /** There is no such group. */
        record NoGroup() implements Changed {}

        /** The device is no member. */
        record NoMember() implements Changed {}
    }

    /** Makes the group, or finds it. */
    public CompletionStage<Found> make(FeedId id) {
        return log.submit(new CreateGroup(id));
    }

    /** The group; that of all devices is always there. */
    public CompletionStage<Optional<Found>> find(FeedId id) {
        return log.onReader(() -> findNow(id)).thenCompose(found -> {
            boolean isMissing = found.isEmpty() && id.equals(FeedId.ALL_DEVICES);
            return isMissing ? make(id).thenApply(Optional::of) : CompletableFuture.completedFuture(found);
        });
    }

    private Optional<Found> findNow(FeedId id) {
        return log.feeds(List.of(id)).stream().findFirst().flatMap(feed -> store.find(feed)
                .map(state -> new Found(feed, state, false)));
    }

    /** Up to {@code limit} members after the device whose feed is {@code after}; empty if that device is not known. */
    public CompletionStage<Optional<Members>> members(Feed group, Optional<FeedId> after, int limit) {
        return log.onReader(() -> {
            int afterNo = 0;
            if (after.isPresent()) {
                List<Feed> known = log.feeds(List.of(after.get()));
                if (known.isEmpty()) {
                    return Optional.<Members>empty();
                }
                afterNo = known.get(0).no();
            }
            List<Member> members = store.members(group, afterNo, limit + 1);
            boolean isEnd = members.size() <= limit;
            return Optional.of(new Members(isEnd ? members : members.subList(0, limit), isEnd));
        });
    }

    /** Makes the device a member of the group, or ends that, for all events that the group gets after this. */
    public CompletionStage<Changed> change(FeedId group, Feed device, boolean isAdded) {
        return log.onReader(() -> log.feeds(List.of(group))).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.<Changed>completedFuture(new Changed.NoGroup());
            }
            return log.submit(new ChangeMembership(found.get(0), device, isAdded))
                    // waits for whoever is looking the members up just now, and is off the log's own threads
                    .thenCompose(result -> log.onReader(() -> {
                        audiences.invalidate(group);
                        return changed(result);
                    }));
        });
    }

    private static Changed changed(CommandResult<ChangeMembership.Why> result) {
        if (result instanceof CommandResult.Done<ChangeMembership.Why> done) {
            return new Changed.Done(done.status(), done.body());
        }
        boolean isNoMember = result instanceof CommandResult.Refused<ChangeMembership.Why> refused
                && refused.why() == ChangeMembership.Why.NO_MEMBER;
        return isNoMember ? new Changed.NoMember() : new Changed.NoGroup();
    }

    /** Whom an event to the group is for; empty if there is no such group. */
    CompletionStage<Optional<TargetGroup>> audience(FeedId id) {
        if (id.equals(FeedId.ALL_DEVICES)) {
            return find(id).thenCompose(found -> log.onReader(() -> found.map(this::audience)));
        }
        TargetGroup cached = audiences.getIfPresent(id);
        return cached != null
                ? CompletableFuture.completedFuture(Optional.of(cached))
                : log.onReader(() -> Optional.ofNullable(load(id)));
    }

    private @Nullable TargetGroup load(FeedId id) {
        return audiences.get(id, missing -> findNow(missing).map(this::audience).orElse(null));
    }

    private TargetGroup audience(Found found) {
        // the state was read before: if the members change meanwhile, the write notices that they are not those of the
        // state
        List<Member> members = store.members(found.feed(), 0, limits.inlineMax() + 1);
        boolean isSmall = members.size() <= limits.inlineMax();
        Optional<List<Feed>> feeds = isSmall
                ? Optional.of(log.feeds(members.stream().map(Member::device).toList()))
                : Optional.empty();
        return new TargetGroup(found.feed(), found.state().changed(), feeds);
    }
}
