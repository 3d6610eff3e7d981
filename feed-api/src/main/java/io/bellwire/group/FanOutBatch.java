package io.bellwire.group;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.List;
import java.util.Optional;

/**
 * The write that appends one event to the feeds of the next members of its group, and saves the fan-out's position in
 * the same transaction. It does nothing if the saved position is not {@code from}: if a commit succeeded and its answer
 * was lost, the repeated write gives no member the event twice.
 */
final class FanOutBatch implements Write<Boolean> {
    private static final int ENTRY_BYTES = 64;

    private final FanOut from;
    private final Optional<FanOut> to;
    private final Optional<Event> event;
    private final List<Feed> members;

    /**
     * @param from the fan-out's position before this write
     * @param to its position after this write; empty if the event has then reached all members
     * @param event the event; empty if retention has deleted it
     */
    FanOutBatch(FanOut from, Optional<FanOut> to, Optional<Event> event, List<Feed> members) {
        this.from = from;
        this.to = to;
        this.event = event;
        this.members = List.copyOf(members);
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.feeds(members);
        GroupMembers.declareFanOut(needs, from);
    }

    @Override
    public int bytes() {
        return event.map(e -> e.json().length()).orElse(0) + ENTRY_BYTES * (1 + members.size());
    }

    @Override
    public Boolean decide(WriteBatch batch) {
        GroupMembers groups = new GroupMembers(batch);
        if (!from.equals(groups.fanOut(from.eventNumber()))) {
            return false;
        }
        event.ifPresent(found -> batch.addToFeeds(found, members));
        to.ifPresentOrElse(groups::move, () -> groups.finish(from));
        return true;
    }
}
