package io.bellwire.bridge;

import io.bellwire.log.Event;
import io.bellwire.route.KeptEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Events as they were read of late: one that goes to many feeds is read once, and not again for each turn that it waits.
 * Used on the bridge's loop.
 */
final class KeptEvents {
    private static final int EVENTS_MAX = 1_024;
    /** Longer ones are read each time, so that memory has a bound. */
    private static final int BYTES_MAX = 4_096;

    private final Map<Long, KeptEvent> bySeq = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, KeptEvent> eldest) {
            return size() > EVENTS_MAX;
        }
    };

    KeptEvent of(Event event) {
        return event.tail().length > BYTES_MAX
                ? new KeptEvent(event)
                : bySeq.computeIfAbsent(event.seq(), seq -> new KeptEvent(event));
    }
}
