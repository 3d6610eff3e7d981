package io.bellwire.group;

import io.bellwire.log.FanOut;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The events on their way, in the order of their numbers, and whose turn it is. Events of one group go one after the other,
 * so that each member gets them in the group's order; events of different groups take turns. Not thread-safe.
 */
final class FanOutQueue {
    private final TreeMap<Long, FanOut> waiting = new TreeMap<>();
    private final Map<Long, Long> notBeforeMillis = new HashMap<>();
    private long lastTurn;

    void put(FanOut fanOut) {
        waiting.put(fanOut.seq(), fanOut);
    }

    void remove(long seq) {
        waiting.remove(seq);
        notBeforeMillis.remove(seq);
    }

    /**
     * Lets the event wait, and with it those behind it that go to one of its groups.
     *
     * @param untilMillis by the same clock as {@link #next}
     */
    void delay(long seq, long untilMillis) {
        notBeforeMillis.put(seq, untilMillis);
    }

    /** The event whose turn it is; empty if none can be served now. */
    Optional<FanOut> next(long nowMillis) {
        Set<Integer> taken = new HashSet<>();
        Optional<FanOut> next = Optional.empty();
        for (FanOut fanOut : waiting.values()) {
            // whoever shares a group with an earlier one waits for it, even if that one waits itself
            boolean isFirst = fanOut.groups().stream().noneMatch(taken::contains);
            taken.addAll(fanOut.groups());
            if (isFirst && notBeforeMillis.getOrDefault(fanOut.seq(), 0L) <= nowMillis) {
                if (fanOut.seq() > lastTurn) {
                    next = Optional.of(fanOut);
                    break;
                }
                next = next.or(() -> Optional.of(fanOut));
            }
        }
        next.ifPresent(fanOut -> lastTurn = fanOut.seq());
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
