package io.bellwire.segment;

import io.bellwire.group.FanOut;
import io.bellwire.group.GroupMembers;
import io.bellwire.group.GroupState;
import io.bellwire.group.GroupStore;
import io.bellwire.group.GroupStore.Member;
import io.bellwire.group.MembershipKey;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.EntryKey;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Records;
import io.bellwire.log.Revision;
import io.bellwire.registry.StoredAccount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Groups of devices in memory: their states, their members, and the events that are on their way to members. The
 * members of {@link FeedId#ALL_DEVICES} are the enabled devices. Thread-safe; one thread at a time writes.
 */
final class GroupTable implements GroupStore {
    private static final int COUNTED_AT_ONCE_MAX = 1_000;

    private final AccountTable accounts;
    private final IntFunction<FeedId> feedIds;
    private final NavigableMap<Integer, GroupState> groups = new TreeMap<>();
    /** By member key, the revision after which the device is a member. */
    private final NavigableMap<Long, Long> members = new TreeMap<>();
    /** By member key, the memberships that have ended. */
    private final NavigableMap<Long, List<Period>> former = new TreeMap<>();

    private final NavigableMap<Long, FanOut> fanOuts = new TreeMap<>();

    /** A membership for the events after {@code since} and before {@code ended}. */
    record Period(long since, long ended) {
        boolean covers(long revision) {
            return since < revision && revision < ended;
        }
    }

    /** @param feedIds finds the names of feeds by their numbers */
    GroupTable(AccountTable accounts, IntFunction<FeedId> feedIds) {
        this.accounts = accounts;
        this.feedIds = feedIds;
    }

    synchronized void put(GroupState group) {
        groups.put(group.feedNumber().value(), group);
    }

    synchronized void putMember(long memberKey, @Nullable Long since) {
        if (since == null) {
            members.remove(memberKey);
        } else {
            members.put(memberKey, since);
        }
    }

    synchronized void putFormer(long memberKey, Period period) {
        List<Period> periods = former.computeIfAbsent(memberKey, absent -> new ArrayList<>(1));
        if (!periods.contains(period)) { // the log may hold it more than once
            periods.add(period);
        }
    }

    /** Drops the memberships of the group that ended at {@code ended} or earlier. */
    synchronized void dropFormerMembers(int group, long ended) {
        NavigableMap<Long, List<Period>> ofGroup = ofGroup(former, group, 0);
        ofGroup.values().forEach(periods -> periods.removeIf(period -> period.ended() <= ended));
        ofGroup.values().removeIf(List::isEmpty);
    }

    synchronized void put(FanOut fanOut) {
        fanOuts.put(fanOut.eventNumber().value(), fanOut);
    }

    synchronized void removeFanOut(long eventNumber) {
        fanOuts.remove(eventNumber);
    }

    /** The part of {@code byMemberKey} of one group and of members with numbers after {@code afterFeedNumber}. */
    private static <T> NavigableMap<Long, T> ofGroup(
            NavigableMap<Long, T> byMemberKey, int group, int afterFeedNumber) {
        return byMemberKey.subMap(
                memberKey(group, afterFeedNumber), false, MembershipKey.lastOf(new FeedNumber(group)), true);
    }

    private static long memberKey(int group, int member) {
        return new MembershipKey(new FeedNumber(group), new FeedNumber(member)).value();
    }

    /** Puts what a batch needs to know about groups into {@code to}. */
    synchronized void load(BatchNeeds needs, Records to) {
        for (EventNumber eventNumber : needs.keys(GroupMembers.FAN_OUTS)) {
            to.putIfPresent(GroupMembers.FAN_OUTS, eventNumber, fanOuts.get(eventNumber.value()));
        }
        for (FeedNumber group : needs.keys(GroupMembers.STATES)) {
            to.putIfPresent(GroupMembers.STATES, group, groups.get(group.value()));
        }
        for (MembershipKey memberKey : needs.keys(GroupMembers.MEMBERS)) {
            to.putIfPresent(GroupMembers.MEMBERS, memberKey, revision(members.get(memberKey.value())));
        }
    }

    private static @Nullable Revision revision(@Nullable Long value) {
        return value == null ? null : new Revision(value);
    }

    @Override
    public synchronized Optional<GroupState> find(Feed group) {
        return Optional.ofNullable(groups.get(group.feedNumber().value()));
    }

    @Override
    public List<Member> members(Feed group, FeedNumber afterFeedNumber, int limit) {
        if (group.id().equals(FeedId.ALL_DEVICES)) {
            return accounts.enabledDevices(afterFeedNumber.value(), Long.MAX_VALUE, limit).stream()
                    .map(device -> new Member(device.feedNumber(), device.id(), device.since()))
                    .toList();
        }
        synchronized (this) {
            return ofGroup(members, group.feedNumber().value(), afterFeedNumber.value()).entrySet().stream()
                    .limit(limit)
                    .map(member -> {
                        FeedNumber feedNumber =
                                MembershipKey.of(member.getKey()).member();
                        return new Member(
                                feedNumber, feedIds.apply(feedNumber.value()), new Revision(member.getValue()));
                    })
                    .toList();
        }
    }

    private boolean isOfAllDevices(EntryKey entryKey) {
        return feedIds.apply(entryKey.feedNumber().value()).equals(FeedId.ALL_DEVICES);
    }

    @Override
    public NavigableMap<FeedNumber, FeedId> recipientsOf(EntryKey entryKey, FeedNumber afterFeedNumber, int limit) {
        NavigableMap<FeedNumber, FeedId> recipients = new TreeMap<>();
        if (isOfAllDevices(entryKey)) {
            for (StoredAccount device : accounts.enabledDevices(
                    afterFeedNumber.value(), entryKey.revision().value(), limit)) {
                recipients.put(device.feedNumber(), device.id());
            }
            return recipients;
        }
        synchronized (this) {
            long revision = entryKey.revision().value();
            addRecipients(members, since -> since < revision, entryKey, afterFeedNumber, limit, recipients);
            addRecipients(
                    former, periods -> anyCovers(periods, revision), entryKey, afterFeedNumber, limit, recipients);
        }
        while (recipients.size() > limit) {
            recipients.pollLastEntry();
        }
        return recipients;
    }

    private <T> void addRecipients(
            NavigableMap<Long, T> byMemberKey,
            Predicate<T> isRecipient,
            EntryKey entryKey,
            FeedNumber afterFeedNumber,
            int limit,
            Map<FeedNumber, FeedId> to) {
        ofGroup(byMemberKey, entryKey.feedNumber().value(), afterFeedNumber.value()).entrySet().stream()
                .filter(member -> isRecipient.test(member.getValue()))
                .limit(limit)
                .map(member -> MembershipKey.of(member.getKey()).member())
                .forEach(feedNumber -> to.put(feedNumber, feedIds.apply(feedNumber.value())));
    }

    private static boolean anyCovers(List<Period> periods, long revision) {
        return periods.stream().anyMatch(period -> period.covers(revision));
    }

    @Override
    public int recipientCountOf(EntryKey entryKey, FeedNumber afterFeedNumber) {
        long revision = entryKey.revision().value();
        if (isOfAllDevices(entryKey)) {
            return accounts.countEnabledDevices(afterFeedNumber.value(), revision);
        }
        return count(members, entryKey, afterFeedNumber, since -> since < revision)
                + count(former, entryKey, afterFeedNumber, periods -> anyCovers(periods, revision));
    }

    /** Counts in steps: the writer, who needs the same lock, waits for one step at most. */
    private <T> int count(
            NavigableMap<Long, T> byMemberKey,
            EntryKey entryKey,
            FeedNumber afterFeedNumber,
            Predicate<T> isRecipient) {
        int group = entryKey.feedNumber().value();
        int counted = 0;
        int after = afterFeedNumber.value();
        while (true) {
            synchronized (this) {
                int seen = 0;
                for (Map.Entry<Long, T> member :
                        ofGroup(byMemberKey, group, after).entrySet()) {
                    counted += isRecipient.test(member.getValue()) ? 1 : 0;
                    if (++seen == COUNTED_AT_ONCE_MAX) {
                        after = MembershipKey.of(member.getKey()).member().value();
                        break;
                    }
                }
                if (seen < COUNTED_AT_ONCE_MAX) {
                    return counted;
                }
            }
        }
    }

    @Override
    public synchronized Set<FeedNumber> reached(EntryKey entryKey, Collection<FeedNumber> feedNumbers) {
        Set<FeedNumber> reached = new HashSet<>();
        for (FeedNumber feedNumber : feedNumbers) {
            long memberKey = new MembershipKey(entryKey.feedNumber(), feedNumber).value();
            Long since = members.get(memberKey);
            if ((since != null && since < entryKey.revision().value())
                    || anyCovers(
                            former.getOrDefault(memberKey, List.of()),
                            entryKey.revision().value())) {
                reached.add(feedNumber);
            }
        }
        return reached;
    }

    @Override
    public synchronized List<FanOut> fanOuts(EventNumber afterEventNumber, int limit) {
        return fanOuts.tailMap(afterEventNumber.value(), false).values().stream()
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<FanOut> fanOut(EventNumber eventNumber) {
        return Optional.ofNullable(fanOuts.get(eventNumber.value()));
    }

    /**
     * Hands over up to {@code limit} members of the group with numbers after {@code afterFeedNumber}.
     *
     * @return the number of the last one; {@link Integer#MAX_VALUE} if there are no more
     */
    synchronized int writeMembers(int group, int afterFeedNumber, int limit, ItemVisitor to) {
        int count = 0;
        for (Map.Entry<Long, Long> member :
                ofGroup(members, group, afterFeedNumber).entrySet()) {
            to.member(member.getKey(), member.getValue());
            if (++count == limit) {
                return MembershipKey.of(member.getKey()).member().value();
            }
        }
        return Integer.MAX_VALUE;
    }

    /** Hands over the group's state and its former members; nothing if there is no such group. */
    synchronized void writeGroup(int feedNumber, ItemVisitor to) {
        GroupState group = groups.get(feedNumber);
        if (group == null) {
            return;
        }
        to.group(group);
        ofGroup(former, feedNumber, 0)
                .forEach((memberKey, periods) ->
                        periods.forEach(period -> to.formerMember(memberKey, period.since(), period.ended())));
    }

    /** Hands over each group once more, with its members and the events on their way counted anew. */
    synchronized void writeCounts(ItemVisitor to) {
        for (GroupState group : groups.values()) {
            int feedNumber = group.feedNumber().value();
            int behind = (int) fanOuts.values().stream()
                    .filter(fanOut -> fanOut.groups().contains(group.feedNumber()))
                    .count();
            boolean isCounted = !feedIds.apply(feedNumber).equals(FeedId.ALL_DEVICES);
            to.group(new GroupState(
                    group.feedNumber(),
                    isCounted ? ofGroup(members, feedNumber, 0).size() : group.members(),
                    group.changed(),
                    behind,
                    group.createdMillis()));
        }
    }

    synchronized void writeFanOuts(ItemVisitor to) {
        fanOuts.values().forEach(to::fanOut);
    }
}
