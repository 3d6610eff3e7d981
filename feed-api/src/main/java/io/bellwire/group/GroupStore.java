package io.bellwire.group;

import io.bellwire.log.EntryKey;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Revision;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what is stored about groups of devices; only writes change it. Every method blocks; failures are {@link
 * java.io.UncheckedIOException}. Thread-safe.
 */
public interface GroupStore {
    /** A device that is a member for the events after {@code since}. */
    record Member(FeedNumber feedNumber, FeedId device, Revision since) {}

    Optional<GroupState> find(Feed group);

    /** Up to {@code limit} present members with feed numbers after {@code afterFeedNumber}, in the order of these numbers. */
    List<Member> members(Feed group, FeedNumber afterFeedNumber, int limit);

    /**
     * Up to {@code limit} devices for which the group's event at {@code entryKey} is, with feed numbers after {@code
     * afterFeedNumber}. For {@link FeedId#ALL_DEVICES} those that are enabled now and were registered then; for any
     * other group the answer is the same at any time, as long as the event is on its way.
     */
    NavigableMap<FeedNumber, FeedId> recipientsOf(EntryKey entryKey, FeedNumber afterFeedNumber, int limit);

    /** For how many devices the group's event at {@code entryKey} is, of those with feed numbers after {@code afterFeedNumber}. */
    int recipientCountOf(EntryKey entryKey, FeedNumber afterFeedNumber);

    /** Those of the devices for which the group's event at {@code entryKey} is. */
    Set<FeedNumber> reached(EntryKey entryKey, Collection<FeedNumber> numbers);

    /** Up to {@code limit} events on their way with numbers after {@code afterEventNumber}, in the order of these numbers. */
    List<FanOut> fanOuts(EventNumber afterEventNumber, int limit);

    /** The progress of the event; empty if it has reached all members. */
    Optional<FanOut> fanOut(EventNumber eventNumber);
}
