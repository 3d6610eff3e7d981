package io.bellwire.group;

import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedNumber;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds the events that are on their way to members of groups, by event number, and chooses which is served next.
 * Events of one group are served one after the other, so that each member gets them in the group's order; events of
 * different groups take turns. Not thread-safe.
 */
final class FanOutQueue {
    private final TreeMap<EventNumber, FanOut> waiting = new TreeMap<>();
    private final Map<EventNumber, Long> notBeforeMillis = new HashMap<>();
    private EventNumber lastServed = EventNumber.NONE;

    void put(FanOut fanOut) {
        waiting.put(fanOut.eventNumber(), fanOut);
    }

    void remove(EventNumber eventNumber) {
        waiting.remove(eventNumber);
        notBeforeMillis.remove(eventNumber);
    }

    /**
     * Delays the event, and with it all later events of its groups.
     *
     * @param untilMillis milliseconds, by the same clock as {@link #next}
     */
    void delay(EventNumber eventNumber, long untilMillis) {
        notBeforeMillis.put(eventNumber, untilMillis);
    }

    /** The event to serve next; empty if none can be served now. */
    Optional<FanOut> next(long nowMillis) {
        Set<FeedNumber> earlierGroups = new HashSet<>();
        Optional<FanOut> next = Optional.empty();
        for (FanOut fanOut : waiting.values()) {
            // an event waits for each earlier event of its groups, also for a delayed one
            boolean isFirst = fanOut.groups().stream().noneMatch(earlierGroups::contains);
            earlierGroups.addAll(fanOut.groups());
            if (isFirst && notBeforeMillis.getOrDefault(fanOut.eventNumber(), 0L) <= nowMillis) {
                if (fanOut.eventNumber().compareTo(lastServed) > 0) {
                    next = Optional.of(fanOut);
                    break;
                }
                next = next.or(() -> Optional.of(fanOut));
            }
        }
        next.ifPresent(fanOut -> lastServed = fanOut.eventNumber());
        return next;
    }

    Optional<FanOut> oldest() {
        return waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(waiting.firstEntry().getValue());
    }

    int size() {
        return waiting.size();
    }
}
