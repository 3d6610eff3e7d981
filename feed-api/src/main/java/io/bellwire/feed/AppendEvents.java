package io.bellwire.feed;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.StoredResponse;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    public Set<Feed> feeds() {
        return events.stream()
                .flatMap(event -> event.recipients().allFeeds().stream())
                .collect(Collectors.toSet());
    }

    @Override
    public GroupMembers.Needs groupNeeds() {
        GroupMembers.Needs needs = GroupMembers.Needs.NONE;
        for (ForeignEvent event : events) {
            needs = needs.and(event.recipients().needs());
        }
        return needs;
    }

    @Override
    public Set<IdempotencyKey> keys() {
        return Stream.concat(
                        events.stream().map(ForeignEvent::key), refused.stream().map(RefusedEvent::key))
                .collect(Collectors.toSet());
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
            if (batch.storedResponse(event.key()) == null) {
                return new CommandResult.Refused<>(event.reason());
            }
        }
        int appended = 0;
        for (ForeignEvent event : events) {
            if (batch.storedResponse(event.key()) == null) {
                Event stored = batch.append(event.rendered(), null, event.recipients());
                batch.storeResponse(
                        new StoredResponse(event.key(), new byte[0], null, stored.eventNumber(), stored.atMillis()));
                appended++;
            }
        }
        String body =
                "{\"appended\":" + appended + ",\"duplicates\":" + (events.size() + refused.size() - appended) + "}";
        return new CommandResult.Done<>(200, body.getBytes(StandardCharsets.US_ASCII), null, null);
    }
}
