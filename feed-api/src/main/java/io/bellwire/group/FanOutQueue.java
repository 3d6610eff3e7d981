package io.bellwire.group;

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
    private final TreeMap<Long, FanOut> waiting = new TreeMap<>();
    private final Map<Long, Long> notBeforeMillis = new HashMap<>();
    private long lastServed;

    void put(FanOut fanOut) {
        waiting.put(fanOut.eventNumber(), fanOut);
    }

    void remove(long eventNumber) {
        waiting.remove(eventNumber);
        notBeforeMillis.remove(eventNumber);
    }

    /**
     * Delays the event, and with it all later events of its groups.
     *
     * @param untilMillis milliseconds, by the same clock as {@link #next}
     */
    void delay(long eventNumber, long untilMillis) {
        notBeforeMillis.put(eventNumber, untilMillis);
    }

    /** The event to serve next; empty if none can be served now. */
    Optional<FanOut> next(long nowMillis) {
        Set<Integer> earlierGroups = new HashSet<>();
        Optional<FanOut> next = Optional.empty();
        for (FanOut fanOut : waiting.values()) {
            // an event waits for each earlier event of its groups, also for a delayed one
            boolean isFirst = fanOut.groups().stream().noneMatch(earlierGroups::contains);
            earlierGroups.addAll(fanOut.groups());
            if (isFirst && notBeforeMillis.getOrDefault(fanOut.eventNumber(), 0L) <= nowMillis) {
                if (fanOut.eventNumber() > lastServed) {
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
