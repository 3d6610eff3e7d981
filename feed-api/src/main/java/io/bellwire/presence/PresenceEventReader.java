package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.Change;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the {@link PresenceEvent}s in the feed of operations, at the start. Blocks. */
final class PresenceEventReader {
    private static final int CHANGES_PER_PAGE = 1_000;
    private static final long PAGE_BYTES_MAX = 1 << 20;
    private static final Pattern EVENT_JSON =
            Pattern.compile("\"type\":\"io\\.bellwire\\.device\\.(connected|disconnected)\""
                    + ",\"subject\":\"([A-Za-z0-9_-]{1,64})\".*\"doorbell\":\"([a-z-]{1,16})\".*");

    private final EventLog events;
    private final Feed operations;

    PresenceEventReader(EventLog events, Feed operations) {
        this.events = events;
        this.operations = operations;
    }

    /** Gives each event after {@code revision} to the consumer, oldest first, with the time of its commit. */
    void read(Revision revision, ObjLongConsumer<PresenceEvent> consumer) {
        Revision head = operations.head();
        Revision readUpTo = Revision.max(revision, operations.earliest().revision());
        while (readUpTo.isBefore(head)) {
            List<Change> page = events.store().read(operations, readUpTo, head, CHANGES_PER_PAGE, PAGE_BYTES_MAX);
            if (page.isEmpty()) {
                return;
            }
            for (Change change : page) {
                parse(change.event().json().toString())
                        .ifPresent(
                                event -> consumer.accept(event, change.event().atMillis()));
                readUpTo = change.revision();
            }
        }
    }

    /** Empty for an event of another type, which a later version may add to this feed. */
    static Optional<PresenceEvent> parse(String eventJson) {
        Matcher matcher = EVENT_JSON.matcher(eventJson);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (DoorbellKind kind : DoorbellKind.values()) {
            if (kind.text().equals(matcher.group(3))) {
                boolean isConnected = matcher.group(1).equals("connected");
                return Optional.of(
                        new PresenceEvent(new DeviceId(matcher.group(2)), isConnected, kind, Instant.EPOCH, 0));
            }
        }
        return Optional.empty();
    }
}
