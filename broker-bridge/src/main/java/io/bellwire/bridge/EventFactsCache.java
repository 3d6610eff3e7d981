package io.bellwire.bridge;

import io.bellwire.log.Event;
import io.bellwire.route.StoredEventFacts;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Events as they were read of late: one that goes to many feeds is read once, and not again for each turn that it waits.
 * Used on the bridge's loop.
 */
final class EventFactsCache {
    private static final int EVENTS_MAX = 1_024;
    /** Longer ones are read each time, so that memory has a bound. */
    private static final int BYTES_MAX = 4_096;

    private final Map<Long, StoredEventFacts> bySeq = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, StoredEventFacts> eldest) {
            return size() > EVENTS_MAX;
        }
    };

    StoredEventFacts of(Event event) {
        return event.tail().length > BYTES_MAX
                ? new StoredEventFacts(event)
                : bySeq.computeIfAbsent(event.seq(), seq -> new StoredEventFacts(event));
    }
}
