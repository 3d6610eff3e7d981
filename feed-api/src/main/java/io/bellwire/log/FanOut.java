package io.bellwire.log;

import java.util.List;

/**
 * An event on its way to the members of its groups, and its progress. Immutable.
 *
 * @param seq the event's number
 * @param atMillis when the event was committed, milliseconds since 1970
 * @param places where the event is in the feeds of its groups, in the order in which the groups are served
 * @param direct the numbers of the feeds that had the event from the start
 * @param target which of {@code places} is being served
 * @param lastNo the highest number of a member's feed that was served there
 */
public record FanOut(long seq, long atMillis, List<Place> places, List<Integer> direct, int target, int lastNo) {
    public FanOut {
        places = List.copyOf(places);
        direct = List.copyOf(direct);
    }

    /** The same after one more batch. */
    public FanOut servedUpTo(int memberNo) {
        return new FanOut(seq, atMillis, places, direct, target, memberNo);
    }

    /** The same with the next group; there must be one. */
    public FanOut atNextTarget() {
        return new FanOut(seq, atMillis, places, direct, target + 1, 0);
    }

    /** Whether the group that is being served is the last one. */
    public boolean isAtLastTarget() {
        return target == places.size() - 1;
    }

    /** Where the event is in the feed of the group that is being served. */
    public Place place() {
        return places.get(target);
    }

    /** The numbers of its groups' feeds. */
    public List<Integer> groups() {
        return places.stream().map(Place::feedNo).toList();
    }
}
