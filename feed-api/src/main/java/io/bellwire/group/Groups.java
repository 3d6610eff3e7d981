package io.bellwire.group;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.audit.AuditEntry;
import io.bellwire.command.CommandResult;
import io.bellwire.group.GroupStore.Member;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Creates groups of devices, finds them, lists and changes their members. Thread-safe; no method blocks the caller. A
 * bounded cache holds the members of groups. It may be out of date without harm: the write of an event compares the
 * group's version, and leaves the members to the background fan-out if it has changed.
 */
public final class Groups {
    private static final int GROUPS_CACHED_MAX = 1_000;

    private final EventLog log;
    private final GroupStore store;
    private final GroupLimits limits;
    private final Cache<FeedId, TargetGroup> targets = Caffeine.newBuilder()
            .maximumSize(GROUPS_CACHED_MAX)
            .executor(Runnable::run)
            .build();

    /** @param store the groups in the store of {@code log} */
    public Groups(EventLog log, GroupStore store, GroupLimits limits) {
        this.log = log;
        this.store = store;
        this.limits = limits;
    }

    /** A group with its current state. */
    public record Found(Feed feed, GroupState state, boolean isNew) {}

    /** Some members of a group, and whether there are more. */
    public record Members(List<Member> members, boolean isEnd) {}

    /** The result of a change of membership. */
    public sealed interface Changed {
        /** The membership is as asked, from now on or since before; {@code body} says since which revision. */
        @SuppressWarnings("ArrayRecordComponent") // compared nowhere
        record Done(int status, byte[] body) implements Changed {}

        /** There is no such group. */
        record NoGroup() implements Changed {}

        /** The device is not a member, so it cannot be removed. */
        record NoMember() implements Changed {}
    }

    /**
     * Returns the group, created if there was none.
     *
     * @param audit the record of the creation
     */
    public CompletionStage<Found> findOrCreate(FeedId id, AuditEntry audit) {
        return log.feed(id).thenCompose(feed -> log.submit(audit.with(new CreateGroup(feed), Found::isNew)));
    }

    /** The group; empty if there is none. The group of all devices always exists. */
    public CompletionStage<Optional<Found>> find(FeedId id) {
        return log.onReader(() -> findNow(id)).thenCompose(found -> {
            boolean isMissing = found.isEmpty() && id.equals(FeedId.ALL_DEVICES);
            return isMissing
                    ? findOrCreate(id, AuditEntry.NONE).thenApply(Optional::of)
                    : CompletableFuture.completedFuture(found);
        });
    }

    private Optional<Found> findNow(FeedId id) {
        return log.feeds(List.of(id)).stream().findFirst().flatMap(feed -> store.find(feed)
                .map(state -> new Found(feed, state, false)));
    }

    /** Up to {@code limit} members after the device whose feed is {@code after}; empty if that device is not known. */
    public CompletionStage<Optional<Members>> members(Feed group, Optional<FeedId> after, int limit) {
        return log.onReader(() -> {
            FeedNumber afterMember = FeedNumber.NONE;
            if (after.isPresent()) {
                List<Feed> known = log.feeds(List.of(after.get()));
                if (known.isEmpty()) {
                    return Optional.<Members>empty();
                }
                afterMember = known.get(0).feedNumber();
            }
            List<Member> members = store.members(group, afterMember, limit + 1);
            boolean isEnd = members.size() <= limit;
            return Optional.of(new Members(isEnd ? members : members.subList(0, limit), isEnd));
        });
    }

    /**
     * Adds the device to the group or removes it; this holds for all later events of the group.
     *
     * @param audit the record of the change
     */
    public CompletionStage<Changed> change(FeedId group, Feed device, boolean isAdded, AuditEntry audit) {
        return log.onReader(() -> log.feeds(List.of(group))).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.<Changed>completedFuture(new Changed.NoGroup());
            }
            return log.submit(audit.with(
                            new ChangeMembership(found.get(0), device, isAdded),
                            result -> result instanceof CommandResult.Done<ChangeMembership.Reason>))
                    // invalidate waits for a look-up in progress, which must not hold up the log's own threads
                    .thenCompose(result -> log.onReader(() -> {
                        targets.invalidate(group);
                        return changed(result);
                    }));
        });
    }

    private static Changed changed(CommandResult<ChangeMembership.Reason> result) {
        if (result instanceof CommandResult.Done<ChangeMembership.Reason> done) {
            return new Changed.Done(done.status(), done.body());
        }
        boolean isNoMember = result instanceof CommandResult.Refused<ChangeMembership.Reason> refused
                && refused.why() == ChangeMembership.Reason.NO_MEMBER;
        return isNoMember ? new Changed.NoMember() : new Changed.NoGroup();
    }

    /** The group as the target of an event; empty if there is no such group. */
    public CompletionStage<Optional<TargetGroup>> target(FeedId id) {
        if (id.equals(FeedId.ALL_DEVICES)) {
            return find(id).thenCompose(found -> log.onReader(() -> found.map(this::target)));
        }
        TargetGroup cached = targets.getIfPresent(id);
        return cached != null
                ? CompletableFuture.completedFuture(Optional.of(cached))
                : log.onReader(() -> Optional.ofNullable(load(id)));
    }

    private @Nullable TargetGroup load(FeedId id) {
        return targets.get(id, missing -> findNow(missing).map(this::target).orElse(null));
    }

    private TargetGroup target(Found found) {
        // the state was read first: if the members change meanwhile, the write notices that the state is out of date
        List<Member> members = store.members(found.feed(), FeedNumber.NONE, limits.inlineMax() + 1);
        boolean isSmall = members.size() <= limits.inlineMax();
        Optional<List<Feed>> feeds = isSmall
                ? Optional.of(log.feeds(members.stream().map(Member::device).toList()))
                : Optional.empty();
        return new TargetGroup(found.feed(), found.state().changed(), feeds);
    }
}
