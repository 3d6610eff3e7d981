package io.bellwire.log;

import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/**
 * What is stored about groups of devices, to be looked at; it is changed by writes only. Every
 * method blocks; failures are {@link java.io.UncheckedIOException}. Thread-safe.
 */
public interface GroupStore {
    /** A device that is in a group for the events after {@code since}. */
    record Member(int no, FeedId device, long since) {}

    Optional<GroupState> find(Feed group);

    /** Up to {@code limit} present members with numbers after {@code afterNo}, by number. */
    List<Member> members(Feed group, int afterNo, int limit);

    /**
     * Up to {@code limit} devices that the group's event at {@code place} is for, with numbers after {@code afterNo}. Of
     * {@link FeedId#ALL_DEVICES} those that are enabled now and were registered then; of any other group the answer is the
     * same whenever it is asked for, as long as the event is on its way.
     */
    NavigableMap<Integer, FeedId> audience(Place place, int afterNo, int limit);

    /** How many devices the group's event at {@code place} is for, of those with numbers after {@code afterNo}. */
    int audienceSize(Place place, int afterNo);

    /** Those of the devices that the group's event at {@code place} is for. */
    Set<Integer> reached(Place place, Collection<Integer> numbers);

    /** Up to {@code limit} events that are on their way, with numbers after {@code afterSeq}, by number. */
    List<FanOut> fanOuts(long afterSeq, int limit);

    /** How far the event has come; empty if it has reached everybody. */
    Optional<FanOut> fanOut(long seq);
}
