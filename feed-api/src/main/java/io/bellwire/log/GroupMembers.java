package io.bellwire.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one batch of writes has read and decided about groups of devices: their members, and the events on their way to
 * them. Part of a {@link WriteBatch}; used by one thread.
 */
public final class GroupMembers {
    private final Loaded loaded;
    private final Map<Integer, GroupState> groups = new LinkedHashMap<>();
    private final Map<Long, @Nullable Revision> members = new LinkedHashMap<>();
    private final List<Former> former = new ArrayList<>();
    private final Map<Long, @Nullable FanOut> fanOuts = new LinkedHashMap<>();
    private final Map<Integer, Revision> formerMembersDroppedUpTo = new LinkedHashMap<>();

    /**
     * What a write needs to know.
     *
     * @param groups the groups' feeds
     * @param pairs possible members, as {@link #pair} makes them
     * @param fanOuts events on their way, by number
     */
    public record Needs(Set<Feed> groups, Set<Long> pairs, Set<Long> fanOuts) {
        public static final Needs NONE = new Needs(Set.of(), Set.of(), Set.of());

        public Needs {
            groups = Set.copyOf(groups);
            pairs = Set.copyOf(pairs);
            fanOuts = Set.copyOf(fanOuts);
        }

        boolean isEmpty() {
            return groups.isEmpty() && pairs.isEmpty() && fanOuts.isEmpty();
        }

        /** What both need. */
        public Needs and(Needs other) {
            if (other.isEmpty()) {
                return this;
            }
            return isEmpty()
                    ? other
                    : new Needs(union(groups, other.groups), union(pairs, other.pairs), union(fanOuts, other.fanOuts));
        }

        private static <T> Set<T> union(Set<T> some, Set<T> others) {
            Set<T> all = new HashSet<>(some);
            all.addAll(others);
            return all;
        }
    }

    /** What was found: groups by number, the revision since when by pair, events on their way by number. */
    public record Loaded(Map<Integer, GroupState> groups, Map<Long, Revision> members, Map<Long, FanOut> fanOuts) {
        static final Loaded NOTHING = new Loaded(Map.of(), Map.of(), Map.of());
    }

    /** A member for the events after {@code since} and before {@code ended}. */
    public record Former(long pair, Revision since, Revision ended) {
        boolean covers(Revision revision) {
            return since.isBefore(revision) && revision.isBefore(ended);
        }
    }

    GroupMembers(Loaded loaded) {
        this.loaded = loaded;
    }

    /** A group and a device as one number. */
    public static long pair(Feed group, Feed device) {
        return MembershipKey.of(group.feedNumber(), device.feedNumber());
    }

    /** The group, or null if there is none; the write must have named it. */
    public @Nullable GroupState state(Feed group) {
        return state(group.feedNumber());
    }

    private @Nullable GroupState state(int feedNumber) {
        GroupState mine = groups.get(feedNumber);
        return mine != null ? mine : loaded.groups().get(feedNumber);
    }

    /**
     * The revision that made the device a member, or null if it is not a member; the write must have named the pair.
     */
    public @Nullable Revision since(Feed group, Feed device) {
        long pair = pair(group, device);
        return members.containsKey(pair) ? members.get(pair) : loaded.members().get(pair);
    }

    /** Creates the group of this feed; there must be none. */
    public GroupState make(Feed group, long createdMillis) {
        GroupState created = new GroupState(group.feedNumber(), 0, 0, 0, createdMillis);
        groups.put(created.feedNumber(), created);
        return created;
    }

    /**
     * The members of {@link FeedId#ALL_DEVICES} have changed, so a list of members that was looked up before is out of
     * date. Does nothing if that group was never used.
     */
    void membersChanged(Feed all) {
        GroupState state = state(all);
        if (state != null) {
            groups.put(state.feedNumber(), state.withMembers(state.members(), state.changed() + 1));
        }
    }

    /** Makes the device a member for the events after {@code revision}. */
    public void add(GroupState state, Feed group, Feed device, Revision revision) {
        members.put(pair(group, device), revision);
        groups.put(state.feedNumber(), state.withMembers(state.members() + 1, revision.value()));
    }

    /** Ends the membership with {@code revision}. Earlier events still reach the device, however late. */
    public void remove(GroupState state, Feed group, Feed device, Revision since, Revision revision) {
        long pair = pair(group, device);
        members.put(pair, null);
        if (state.behind() > 0) {
            former.add(new Former(pair, since, revision));
        }
        groups.put(state.feedNumber(), state.withMembers(state.members() - 1, revision.value()));
    }

    /** Whether the event can be written to all members of all groups now; otherwise the background writes it. */
    boolean canBeWrittenAtOnce(List<TargetGroup> targetGroups) {
        for (TargetGroup targetGroup : targetGroups) {
            GroupState state = state(targetGroup.group());
            if (state == null || !targetGroup.canBeWrittenAtOnce(state)) {
                return false;
            }
        }
        return true;
    }

    /** Leaves the event's members to the background. */
    void defer(FanOut fanOut) {
        fanOuts.put(fanOut.eventNumber(), fanOut);
        count(fanOut, 1);
    }

    private void count(FanOut fanOut, int more) {
        for (EntryKey entryKey : fanOut.entryKeys()) {
            GroupState state = state(entryKey.feedNumber());
            if (state == null) {
                throw new IllegalStateException("the write did not name a group of event " + fanOut.eventNumber());
            }
            groups.put(state.feedNumber(), state.withBehind(state.behind() + more));
        }
    }

    /** The progress of the event, or null if it has reached all members; the write must have named it. */
    public @Nullable FanOut fanOut(long eventNumber) {
        return fanOuts.containsKey(eventNumber)
                ? fanOuts.get(eventNumber)
                : loaded.fanOuts().get(eventNumber);
    }

    /** Records the event's progress. */
    public void move(FanOut further) {
        fanOuts.put(further.eventNumber(), further);
    }

    /** The event has reached all members. The write must have named its groups. */
    public void finish(FanOut fanOut) {
        fanOuts.put(fanOut.eventNumber(), null);
        count(fanOut, -1);
        for (EntryKey entryKey : fanOut.entryKeys()) {
            GroupState state = state(entryKey.feedNumber());
            // the events of one group are served in order: those up to this one are finished
            boolean isLast = state != null && state.behind() == 0;
            formerMembersDroppedUpTo.put(
                    entryKey.feedNumber(),
                    isLast ? new Revision(Long.MAX_VALUE) : entryKey.revision().next());
        }
    }

    boolean isEmpty() {
        return groups.isEmpty() && members.isEmpty() && fanOuts.isEmpty();
    }

    public Map<Integer, GroupState> groups() {
        return groups;
    }

    /** Whether the group existed when this batch began, so that its row is updated and not inserted. */
    boolean isKnown(int feedNumber) {
        return loaded.groups().containsKey(feedNumber);
    }

    public Map<Long, @Nullable Revision> members() {
        return members;
    }

    public List<Former> former() {
        return former;
    }

    public Map<Long, @Nullable FanOut> fanOuts() {
        return fanOuts;
    }

    /** For each group, the revision up to which former members are no longer needed. */
    public Map<Integer, Revision> formerMembersDroppedUpTo() {
        return formerMembersDroppedUpTo;
    }

    /** The numbers of the groups that {@code feeds} and {@code fanOuts} are about. */
    public static Set<Integer> numbers(Set<Feed> feeds, Iterable<FanOut> fanOuts) {
        Set<Integer> numbers = new LinkedHashSet<>();
        feeds.forEach(feed -> numbers.add(feed.feedNumber()));
        fanOuts.forEach(fanOut -> fanOut.entryKeys().forEach(entryKey -> numbers.add(entryKey.feedNumber())));
        return numbers;
    }
}
