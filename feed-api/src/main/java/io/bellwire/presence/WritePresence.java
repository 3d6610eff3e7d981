package io.bellwire.presence;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Feed;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Revision;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.List;

/** The write that appends presence events to the feed of operations. Its result is the revision of the last one. */
final class WritePresence implements Write<Revision> {
    private static final int OVERHEAD_BYTES = 256;

    private final Feed operations;
    private final List<RenderedEvent> events;

    WritePresence(Feed operations, List<PresenceEvent> events) {
        this.operations = operations;
        this.events = events.stream().map(PresenceEvent::render).toList();
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.feed(operations);
    }

    @Override
    public int bytes() {
        return events.stream().mapToInt(event -> OVERHEAD_BYTES + event.bytes()).sum();
    }

    @Override
    public Revision decide(WriteBatch batch) {
        for (RenderedEvent event : events) {
            batch.append(event, null, List.of(operations));
        }
        return batch.head(operations);
    }
}
