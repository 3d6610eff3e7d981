package io.bellwire.feed;

import io.bellwire.command.CommandResult;
import io.bellwire.command.StoredResponse;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * The write that appends other back ends' events, all of them or none, each once. Its result says how many were new.
 *
 * @param <R> why events may be refused
 */
public final class AppendEvents<R> implements Write<CommandResult<R>> {
    private static final int OVERHEAD_BYTES = 256;

    private final List<ForeignEvent> events;
    private final List<RefusedEvent<R>> refused;

    /**
     * @param refused events of the same request that cannot be appended now; if one of them was not appended before,
     *     nothing is appended
     */
    public AppendEvents(Collection<ForeignEvent> events, Collection<RefusedEvent<R>> refused) {
        this.events = List.copyOf(events);
        this.refused = List.copyOf(refused);
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        for (ForeignEvent event : events) {
            event.recipients().declareNeeds(needs);
            needs.key(StoredResponse.TYPE, event.key());
        }
        refused.forEach(event -> needs.key(StoredResponse.TYPE, event.key()));
    }

    @Override
    public int bytes() {
        return events.stream()
                        .mapToInt(event -> OVERHEAD_BYTES
                                + event.rendered().bytes()
                                + event.recipients().bytes())
                        .sum()
                + refused.size() * OVERHEAD_BYTES;
    }

    @Override
    public CommandResult<R> decide(WriteBatch batch) {
        for (RefusedEvent<R> event : refused) {
            if (batch.get(StoredResponse.TYPE, event.key()) == null) {
                return new CommandResult.Refused<>(event.reason());
            }
        }
        int appended = 0;
        for (ForeignEvent event : events) {
            if (batch.get(StoredResponse.TYPE, event.key()) == null) {
                Event stored = event.recipients().append(batch, event.rendered(), null);
                batch.put(
                        StoredResponse.TYPE,
                        event.key(),
                        new StoredResponse(event.key(), new byte[0], null, stored.eventNumber(), stored.atMillis()));
                appended++;
            }
        }
        String body =
                "{\"appended\":" + appended + ",\"duplicates\":" + (events.size() + refused.size() - appended) + "}";
        return new CommandResult.Done<>(200, body.getBytes(StandardCharsets.US_ASCII), null, null);
    }
}
