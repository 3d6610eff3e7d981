package io.bellwire.group;

import io.bellwire.log.EntryKey;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedNumber;
import java.util.List;

/**
 * An event on its way to the members of its groups, and its progress. Immutable.
 *
 * @param eventNumber the event's number
 * @param atMillis when the event was committed, milliseconds since 1970
 * @param entryKeys where the event is in the feeds of its groups, in the order in which the groups are served
 * @param direct the numbers of the feeds that had the event from the start
 * @param target which of {@code entryKeys} is being served
 * @param lastFeedNumber the highest number of a member's feed that was served there; {@link FeedNumber#NONE}
 *     if none was
 */
public record FanOut(
        EventNumber eventNumber,
        long atMillis,
        List<EntryKey> entryKeys,
        List<FeedNumber> direct,
        int target,
        FeedNumber lastFeedNumber) {
    public FanOut {
        entryKeys = List.copyOf(entryKeys);
        direct = List.copyOf(direct);
    }

    /** The same after one more batch. */
    public FanOut servedUpTo(FeedNumber memberFeedNumber) {
        return new FanOut(eventNumber, atMillis, entryKeys, direct, target, memberFeedNumber);
    }

    /** The same with the next group; there must be one. */
    public FanOut atNextTarget() {
        return new FanOut(eventNumber, atMillis, entryKeys, direct, target + 1, FeedNumber.NONE);
    }

    /** Whether the group that is being served is the last one. */
    public boolean isAtLastTarget() {
        return target == entryKeys.size() - 1;
    }

    /** Where the event is in the feed of the group that is being served. */
    public EntryKey entryKey() {
        return entryKeys.get(target);
    }

    /** The numbers of its groups' feeds. */
    public List<FeedNumber> groups() {
        return entryKeys.stream().map(EntryKey::feedNumber).toList();
    }
}
