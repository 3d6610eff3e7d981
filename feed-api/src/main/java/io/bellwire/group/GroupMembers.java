package io.bellwire.group;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.EntryKey;
import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.RecordType;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Groups of devices within one batch of writes: their states, their members, and the events on their way to members.
 * All that it knows is in the batch; used by the batch's thread.
 */
public final class GroupMembers {
    /** Groups by the numbers of their feeds. */
    public static final RecordType<FeedNumber, GroupState> STATES = RecordType.kept("groups");

    /** The revision after which the device is a member. */
    public static final RecordType<MembershipKey, Revision> MEMBERS = RecordType.kept("members of groups");

    /** Memberships that have ended; the values say nothing. */
    public static final RecordType<FormerMember, Boolean> FORMER_MEMBERS = RecordType.kept("former members of groups");

    /** By the number of a group's feed: the memberships that ended at this revision or before are no longer needed. */
    public static final RecordType<FeedNumber, Revision> FORMER_MEMBERS_DROPPED =
            RecordType.kept("dropped former members of groups");

    /** Events on their way to members, by their numbers. */
    public static final RecordType<EventNumber, FanOut> FAN_OUTS = RecordType.kept("fan-outs");

    private final WriteBatch batch;

    public GroupMembers(WriteBatch batch) {
        this.batch = batch;
    }

    /** The device of {@code memberKey} was a member for the events after {@code since} and before {@code ended}. */
    public record FormerMember(MembershipKey memberKey, Revision since, Revision ended) {}

    /** The key of a device in a group. */
    public static MembershipKey pair(Feed group, Feed device) {
        return new MembershipKey(group.feedNumber(), device.feedNumber());
    }

    /** Adds what {@link #state} reads of the group. */
    public static void declareState(BatchNeeds needs, Feed group) {
        needs.key(STATES, group.feedNumber());
    }

    /** Adds what {@link #since}, {@link #add} and {@link #remove} read. */
    static void declareMember(BatchNeeds needs, Feed group, Feed device) {
        declareState(needs, group);
        needs.key(MEMBERS, pair(group, device));
    }

    /** Adds what {@link #fanOut}, {@link #move} and {@link #finish} read. */
    static void declareFanOut(BatchNeeds needs, FanOut fanOut) {
        needs.key(FAN_OUTS, fanOut.eventNumber());
        needs.keys(STATES, fanOut.groups());
    }

    /** The group, or null if there is none; the write must have named it. */
    public @Nullable GroupState state(Feed group) {
        return state(group.feedNumber());
    }

    private @Nullable GroupState state(FeedNumber feedNumber) {
        return batch.get(STATES, feedNumber);
    }

    private void put(GroupState state) {
        batch.put(STATES, state.feedNumber(), state);
    }

    /**
     * The revision that made the device a member, or null if it is not a member; the write must have named the pair.
     */
    public @Nullable Revision since(Feed group, Feed device) {
        return batch.get(MEMBERS, pair(group, device));
    }

    /** Creates the group of this feed; there must be none. */
    public GroupState make(Feed group, long createdMillis) {
        GroupState created = new GroupState(group.feedNumber(), 0, 0, 0, createdMillis);
        put(created);
        return created;
    }

    /**
     * The members of {@link FeedId#ALL_DEVICES} have changed, so a list of members that was looked up before is out of
     * date. Does nothing if that group was never used.
     */
    public void membersChanged(Feed all) {
        GroupState state = state(all);
        if (state != null) {
            put(state.withMembers(state.members(), state.changed() + 1));
        }
    }

    /** Makes the device a member for the events after {@code revision}. */
    public void add(GroupState state, Feed group, Feed device, Revision revision) {
        batch.put(MEMBERS, pair(group, device), revision);
        put(state.withMembers(state.members() + 1, revision.value()));
    }

    /** Ends the membership with {@code revision}. Earlier events still reach the device, however late. */
    public void remove(GroupState state, Feed group, Feed device, Revision since, Revision revision) {
        MembershipKey pair = pair(group, device);
        batch.remove(MEMBERS, pair);
        if (state.behind() > 0) {
            batch.put(FORMER_MEMBERS, new FormerMember(pair, since, revision), true);
        }
        put(state.withMembers(state.members() - 1, revision.value()));
    }

    /** See {@link Recipients#append}. */
    Event append(RenderedEvent rendered, @Nullable UUID subject, Recipients to) {
        boolean isAtOnce = canBeWrittenAtOnce(to.targetGroups());
        Set<Feed> direct = new LinkedHashSet<>(to.feeds());
        Set<Feed> all = new LinkedHashSet<>(direct);
        List<EntryKey> entryKeys = new ArrayList<>();
        for (TargetGroup targetGroup : to.targetGroups()) {
            entryKeys.add(new EntryKey(targetGroup.group().feedNumber(), batch.nextRevision(targetGroup.group())));
            all.add(targetGroup.group());
            if (isAtOnce) {
                all.addAll(targetGroup.members().orElse(List.of()));
            }
        }
        Event event = batch.append(rendered, subject, all);
        if (!isAtOnce) {
            List<FeedNumber> numbers = direct.stream().map(Feed::feedNumber).toList();
            defer(new FanOut(event.eventNumber(), event.atMillis(), entryKeys, numbers, 0, FeedNumber.NONE));
        }
        return event;
    }

    /** Whether the event can be written to all members of all groups now; otherwise the background writes it. */
    private boolean canBeWrittenAtOnce(List<TargetGroup> targetGroups) {
        for (TargetGroup targetGroup : targetGroups) {
            GroupState state = state(targetGroup.group());
            if (state == null || !targetGroup.canBeWrittenAtOnce(state)) {
                return false;
            }
        }
        return true;
    }

    /** Leaves the event's members to the background. */
    private void defer(FanOut fanOut) {
        batch.put(FAN_OUTS, fanOut.eventNumber(), fanOut);
        count(fanOut, 1);
    }

    private void count(FanOut fanOut, int more) {
        for (EntryKey entryKey : fanOut.entryKeys()) {
            GroupState state = state(entryKey.feedNumber());
            if (state == null) {
                throw new IllegalStateException("the write did not name a group of event " + fanOut.eventNumber());
            }
            put(state.withBehind(state.behind() + more));
        }
    }

    /** The progress of the event, or null if it has reached all members; the write must have named it. */
    public @Nullable FanOut fanOut(EventNumber eventNumber) {
        return batch.get(FAN_OUTS, eventNumber);
    }

    /** Records the event's progress. */
    public void move(FanOut further) {
        batch.put(FAN_OUTS, further.eventNumber(), further);
    }

    /** The event has reached all members. The write must have named its groups. */
    public void finish(FanOut fanOut) {
        batch.remove(FAN_OUTS, fanOut.eventNumber());
        count(fanOut, -1);
        for (EntryKey entryKey : fanOut.entryKeys()) {
            GroupState state = state(entryKey.feedNumber());
            // the events of one group are served in order: those up to this one are finished
            boolean isLast = state != null && state.behind() == 0;
            batch.put(
                    FORMER_MEMBERS_DROPPED,
                    entryKey.feedNumber(),
                    isLast ? new Revision(Long.MAX_VALUE) : entryKey.revision().next());
        }
    }
}
