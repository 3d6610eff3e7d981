package io.bellwire.log;

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

/** Groups of devices in plain collections. Those of {@link FeedId#ALL_DEVICES} are the registered devices themselves. */
final class MemoryGroups implements GroupStore {
    private final Map<Integer, FeedId> feeds;
    private final MemoryAccounts accounts;
    private final Map<Integer, GroupState> groups = new HashMap<>();
    private final NavigableMap<Long, Long> members = new TreeMap<>();
    private final List<Audiences.Former> former = new ArrayList<>();
    private final NavigableMap<Long, FanOut> fanOuts = new TreeMap<>();

    /**
     * @param feeds the feeds' names by their numbers, which grows meanwhile; thread-safe
     */
    MemoryGroups(Map<Integer, FeedId> feeds, MemoryAccounts accounts) {
        this.feeds = feeds;
        this.accounts = accounts;
    }

    private FeedId nameOf(int no) {
        FeedId name = feeds.get(no);
        if (name == null) {
            throw new IllegalStateException("there is no feed of number " + no);
        }
        return name;
    }

    synchronized Audiences.Loaded load(Audiences.Needs needs) {
        if (needs.isEmpty()) {
            return Audiences.Loaded.NOTHING;
        }
        Map<Long, FanOut> onTheirWay = new HashMap<>(fanOuts);
        onTheirWay.keySet().retainAll(needs.fanOuts());
        Map<Integer, GroupState> states = new HashMap<>(groups);
        states.keySet().retainAll(Audiences.numbers(needs.groups(), onTheirWay.values()));
        Map<Long, Long> present = new HashMap<>(members);
        present.keySet().retainAll(needs.pairs());
        return new Audiences.Loaded(states, present, onTheirWay);
    }

    synchronized void store(Audiences audiences) {
        groups.putAll(audiences.groups());
        audiences
                .forgotten()
                .forEach((no, ended) ->
                        former.removeIf(member -> FeedKey.group(member.pair()) == no && member.ended() <= ended));
        audiences.members().forEach((pair, since) -> {
            if (since == null) {
                members.remove(pair);
            } else {
                members.put(pair, since);
            }
        });
        former.addAll(audiences.former());
        audiences.fanOuts().forEach((seq, fanOut) -> {
            if (fanOut == null) {
                fanOuts.remove(seq);
            } else {
                fanOuts.put(seq, fanOut);
            }
        });
    }

    @Override
    public synchronized Optional<GroupState> find(Feed group) {
        return Optional.ofNullable(groups.get(group.no()));
    }

    @Override
    public synchronized List<Member> members(Feed group, int afterNo, int limit) {
        if (group.id().equals(FeedId.ALL_DEVICES)) {
            return accounts.enabledDevices(afterNo, limit).stream()
                    .map(device -> new Member(device.feedNo(), device.id(), device.since()))
                    .toList();
        }
        return members
                .subMap(FeedKey.of(group.no(), afterNo), false, FeedKey.of(group.no() + 1, 0), false)
                .entrySet()
                .stream()
                .limit(limit)
                .map(member -> {
                    int no = FeedKey.member(member.getKey());
                    return new Member(no, nameOf(no), member.getValue());
                })
                .toList();
    }

    @Override
    public synchronized NavigableMap<Integer, FeedId> audience(Place place, int afterNo, int limit) {
        int group = place.feedNo();
        NavigableMap<Integer, FeedId> audience = new TreeMap<>();
        if (nameOf(group).equals(FeedId.ALL_DEVICES)) {
            accounts.enabledDevices(afterNo, Integer.MAX_VALUE).stream()
                    .filter(device -> device.since() < place.revision())
                    .limit(limit)
                    .forEach(device -> audience.put(device.feedNo(), device.id()));
            return audience;
        }
        for (int no : numbersOf(place)) {
            if (no > afterNo) {
                audience.put(no, nameOf(no));
            }
        }
        while (audience.size() > limit) {
            audience.pollLastEntry();
        }
        return audience;
    }

    private Set<Integer> numbersOf(Place place) {
        int group = place.feedNo();
        long revision = place.revision();
        Set<Integer> numbers = new HashSet<>();
        members.subMap(FeedKey.of(group, 0), FeedKey.of(group + 1, 0)).forEach((pair, since) -> {
            if (since < revision) {
                numbers.add(FeedKey.member(pair));
            }
        });
        former.stream()
                .filter(member -> FeedKey.group(member.pair()) == group && member.covers(revision))
                .forEach(member -> numbers.add(FeedKey.member(member.pair())));
        return numbers;
    }

    @Override
    public int audienceSize(Place place, int afterNo) {
        return audience(place, afterNo, Integer.MAX_VALUE).size();
    }

    @Override
    public synchronized Set<Integer> reached(Place place, Collection<Integer> numbers) {
        Set<Integer> reached = numbersOf(place);
        reached.retainAll(numbers);
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
}
