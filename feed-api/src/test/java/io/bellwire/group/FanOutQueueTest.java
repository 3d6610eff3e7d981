package io.bellwire.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.log.EntryKey;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Revision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order in which the fan-out serves events. */
class FanOutQueueTest {
    private final FanOutQueue queue = new FanOutQueue();

    private void put(long eventNumber, int... groups) {
        List<EntryKey> entryKeys = Arrays.stream(groups)
                .mapToObj(group -> new EntryKey(new FeedNumber(group), new Revision(eventNumber)))
                .toList();
        queue.put(new FanOut(new EventNumber(eventNumber), 0, entryKeys, List.of(), 0, FeedNumber.NONE));
    }

    private long next(long nowMillis) {
        return queue.next(nowMillis).map(fanOut -> fanOut.eventNumber().value()).orElse(0L);
    }

    @Test
    void groupsTakeTurnsAndTheirEventsGoInOrder() {
        put(1, 7);
        put(2, 7);
        put(3, 8);

        assertEquals(List.of(1L, 3L, 1L, 3L), List.of(next(0), next(0), next(0), next(0)));
        queue.remove(new EventNumber(1));
        assertEquals(List.of(2L, 3L), List.of(next(0), next(0)));
    }

    @Test
    void eventOfTwoGroupsWaitsForBothAndHoldsUpBoth() {
        put(1, 7);
        put(2, 7, 8);
        put(3, 8);

        assertEquals(List.of(1L, 1L), List.of(next(0), next(0)));
        queue.remove(new EventNumber(1));
        assertEquals(List.of(2L, 2L), List.of(next(0), next(0)));
        queue.remove(new EventNumber(2));
        assertEquals(3L, next(0));
    }

    @Test
    void delayedEventHoldsUpItsOwnGroupAlone() {
        put(1, 7);
        put(2, 7);
        put(3, 8);
        queue.delay(new EventNumber(1), 1_000);

        assertEquals(List.of(3L, 3L), List.of(next(999), next(999)));
        queue.remove(new EventNumber(3));
        assertEquals(0L, next(999));
        assertEquals(1L, next(1_000));
        assertEquals(Optional.of(new EventNumber(1)), queue.oldest().map(FanOut::eventNumber));
    }
}
