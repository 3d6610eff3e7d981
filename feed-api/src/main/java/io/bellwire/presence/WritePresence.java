package io.bellwire.presence;

import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Write;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Set;

/** The write that appends what is told of devices to the feed of operations; it answers the last one's revision. */
final class WritePresence implements Write<Long> {
    private static final int EVENT_BYTES = 512;

    private final Feed operations;
    private final List<PresenceEvent> events;

    WritePresence(Feed operations, List<PresenceEvent> events) {
        this.operations = operations;
        this.events = List.copyOf(events);
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of(operations);
    }

    @Override
    public int bytes() {
        return EVENT_BYTES * events.size();
    }

    @Override
    public Long decide(Group group) {
        for (PresenceEvent event : events) {
            byte[] prefix = event.prefix();
            ByteArrayOutputStream tail = new ByteArrayOutputStream(EVENT_BYTES);
            tail.writeBytes(prefix);
            tail.writeBytes(event.data());
            tail.write('}');
            group.append(tail.toByteArray(), prefix.length, null, List.of(operations));
        }
        return group.head(operations);
    }
}
