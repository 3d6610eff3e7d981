package io.bellwire.segment;

import io.bellwire.log.FanOut;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedKey;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.GroupState;
import io.bellwire.log.GroupStore;
import io.bellwire.log.Place;
import io.bellwire.log.StoredAccount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Groups of devices, their members, and the events on their way to them, in memory. The members of {@link FeedId#ALL_DEVICES} are the
 * enabled devices. Thread-safe; one thread at a time writes.
 */
final class GroupTable implements GroupStore {
    private final AccountTable accounts;
    private final IntFunction<FeedId> names;
    private final NavigableMap<Integer, GroupState> groups = new TreeMap<>();
    /** Since which revision, by group and device. */
    private final NavigableMap<Long, Long> members = new TreeMap<>();
    /** The periods that have ended, by group and device. */
    private final NavigableMap<Long, List<Period>> former = new TreeMap<>();

    private final NavigableMap<Long, FanOut> fanOuts = new TreeMap<>();

    /** A member for what came after {@code since} and before {@code ended}. */
    record Period(long since, long ended) {
        boolean covers(long revision) {
            return since < revision && revision < ended;
        }
    }

    /** @param names the feeds' names by their numbers */
    GroupTable(AccountTable accounts, IntFunction<FeedId> names) {
        this.accounts = accounts;
        this.names = names;
    }

    synchronized void put(GroupState group) {
        groups.put(group.no(), group);
    }

    synchronized void putMember(long pair, @Nullable Long since) {
        if (since == null) {
            members.remove(pair);
        } else {
            members.put(pair, since);
        }
    }

    synchronized void putFormer(long pair, Period period) {
        List<Period> periods = former.computeIfAbsent(pair, key -> new ArrayList<>(1));
        if (!periods.contains(period)) { // it is written more than once
            periods.add(period);
        }
    }

    synchronized void forgetFormer(int group, long ended) {
        NavigableMap<Long, List<Period>> ofGroup = pairsOf(former, group, 0);
        ofGroup.values().forEach(periods -> periods.removeIf(period -> period.ended() <= ended));
        ofGroup.values().removeIf(List::isEmpty);
    }

    synchronized void put(FanOut fanOut) {
        fanOuts.put(fanOut.seq(), fanOut);
    }

    synchronized void removeFanOut(long seq) {
        fanOuts.remove(seq);
    }

    private static <T> NavigableMap<Long, T> pairsOf(NavigableMap<Long, T> pairs, int group, int afterNo) {
        return pairs.subMap(FeedKey.of(group, afterNo), false, FeedKey.lastOf(group), true);
    }

    /** What a batch that needs this finds. */
    synchronized GroupMembers.Loaded load(GroupMembers.Needs needs) {
        Map<Long, FanOut> onTheirWay = new HashMap<>();
        needs.fanOuts().forEach(seq -> putIfThere(onTheirWay, seq, fanOuts.get(seq)));
        Map<Integer, GroupState> states = new HashMap<>();
        GroupMembers.numbers(needs.groups(), onTheirWay.values()).forEach(no -> putIfThere(states, no, groups.get(no)));
        Map<Long, Long> present = new HashMap<>();
        needs.pairs().forEach(pair -> putIfThere(present, pair, members.get(pair)));
        return new GroupMembers.Loaded(states, present, onTheirWay);
    }

    private static <K, V> void putIfThere(Map<K, V> map, K key, @Nullable V value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    @Override
    public synchronized Optional<GroupState> find(Feed group) {
        return Optional.ofNullable(groups.get(group.no()));
    }

    @Override
    public List<Member> members(Feed group, int afterNo, int limit) {
        if (group.id().equals(FeedId.ALL_DEVICES)) {
            return accounts.enabledDevices(afterNo, Long.MAX_VALUE, limit).stream()
                    .map(device -> new Member(device.feedNo(), device.id(), device.since()))
                    .toList();
        }
        synchronized (this) {
            return pairsOf(members, group.no(), afterNo).entrySet().stream()
                    .limit(limit)
                    .map(member -> {
                        int no = FeedKey.member(member.getKey());
                        return new Member(no, names.apply(no), member.getValue());
                    })
                    .toList();
        }
    }

    private boolean isOfAll(Place place) {
        return names.apply(place.feedNo()).equals(FeedId.ALL_DEVICES);
    }

    @Override
    public NavigableMap<Integer, FeedId> audience(Place place, int afterNo, int limit) {
        NavigableMap<Integer, FeedId> audience = new TreeMap<>();
        if (isOfAll(place)) {
            for (StoredAccount device : accounts.enabledDevices(afterNo, place.revision(), limit)) {
                audience.put(device.feedNo(), device.id());
            }
            return audience;
        }
        synchronized (this) {
            pairsOf(members, place.feedNo(), afterNo).entrySet().stream()
                    .filter(member -> member.getValue() < place.revision())
                    .limit(limit)
                    .forEach(member -> audience.put(
                            FeedKey.member(member.getKey()), names.apply(FeedKey.member(member.getKey()))));
            pairsOf(former, place.feedNo(), afterNo).entrySet().stream()
                    .filter(member -> wasCovered(member.getValue(), place.revision()))
                    .limit(limit)
                    .forEach(member -> audience.put(
                            FeedKey.member(member.getKey()), names.apply(FeedKey.member(member.getKey()))));
        }
        while (audience.size() > limit) {
            audience.pollLastEntry();
        }
        return audience;
    }

    private static boolean wasCovered(List<Period> periods, long revision) {
        return periods.stream().anyMatch(period -> period.covers(revision));
    }

    @Override
    public int audienceSize(Place place, int afterNo) {
        if (isOfAll(place)) {
            return accounts.enabledDevices(afterNo, place.revision(), Integer.MAX_VALUE)
                    .size();
        }
        synchronized (this) {
            long present = pairsOf(members, place.feedNo(), afterNo).values().stream()
                    .filter(since -> since < place.revision())
                    .count();
            long gone = pairsOf(former, place.feedNo(), afterNo).values().stream()
                    .filter(periods -> wasCovered(periods, place.revision()))
                    .count();
            return (int) (present + gone);
        }
    }

    @Override
    public synchronized Set<Integer> reached(Place place, Collection<Integer> numbers) {
        Set<Integer> reached = new HashSet<>();
        for (int no : numbers) {
            long pair = FeedKey.of(place.feedNo(), no);
            Long since = members.get(pair);
            if ((since != null && since < place.revision())
                    || wasCovered(former.getOrDefault(pair, List.of()), place.revision())) {
                reached.add(no);
            }
        }
        return reached;
    }

    @Override
    public synchronized List<FanOut> fanOuts(long afterSeq, int limit) {
        return fanOuts.tailMap(afterSeq, false).values().stream().limit(limit).toList();
    }

    @Override
    public synchronized Optional<FanOut> fanOut(long seq) {
        return Optional.ofNullable(fanOuts.get(seq));
    }

    /** Hands over what there is of the group, members with numbers after {@code afterNo}, up to {@code limit} of them; whether that was all. */
    synchronized int writeMembers(int group, int afterNo, int limit, Items to) {
        int last = afterNo;
        int count = 0;
        for (Map.Entry<Long, Long> member : pairsOf(members, group, afterNo).entrySet()) {
            to.member(member.getKey(), member.getValue());
            last = FeedKey.member(member.getKey());
            if (++count == limit) {
                return last;
            }
        }
        return Integer.MAX_VALUE;
    }

    /** Hands over the group's state and its former members. */
    synchronized void writeGroup(int no, Items to) {
        GroupState group = groups.get(no);
        if (group == null) {
            return;
        }
        to.group(group);
        pairsOf(former, no, 0)
                .forEach((pair, periods) ->
                        periods.forEach(period -> to.formerMember(pair, period.since(), period.ended())));
    }

    synchronized void writeFanOuts(Items to) {
        fanOuts.values().forEach(to::fanOut);
    }
}
