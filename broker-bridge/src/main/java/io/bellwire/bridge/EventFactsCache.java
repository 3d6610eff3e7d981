package io.bellwire.bridge;

import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.route.StoredEventFacts;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The facts of the newest events, so that an event that goes to many feeds is parsed once. Used on the bridge's loop.
 */
final class EventFactsCache {
    private static final int EVENTS_MAX = 1_024;
    /** Longer ones are read each time, so that memory has a bound. */
    private static final int BYTES_MAX = 4_096;

    private final Map<EventNumber, StoredEventFacts> byNumber = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<EventNumber, StoredEventFacts> eldest) {
            return size() > EVENTS_MAX;
        }
    };

    StoredEventFacts of(Event event) {
        return event.json().length() > BYTES_MAX
                ? new StoredEventFacts(event)
                : byNumber.computeIfAbsent(event.eventNumber(), number -> new StoredEventFacts(event));
    }
}
