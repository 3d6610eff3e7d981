package io.bellwire.group;

import io.bellwire.log.Event;
import io.bellwire.log.FanOut;
import io.bellwire.log.Feed;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The write that takes one event to some more of its members and notes, in the same transaction, how far it has come. It
 * does nothing if the event has come further already: after a commit whose answer was lost, nobody gets it twice.
 */
final class FanOutBatch implements Write<Boolean> {
    private static final int ENTRY_BYTES = 64;

    private final FanOut from;
    private final Optional<FanOut> to;
    private final Optional<Event> event;
    private final List<Feed> members;

    /**
     * @param from how far the event has come
     * @param to how far it will have come; empty if it has then reached everybody
     * @param event the event; empty if it is not kept any more
     */
    FanOutBatch(FanOut from, Optional<FanOut> to, Optional<Event> event, List<Feed> members) {
        this.from = from;
        this.to = to;
        this.event = event;
        this.members = List.copyOf(members);
    }

    @Override
    public Set<Feed> feeds() {
        return new HashSet<>(members);
    }

    @Override
    public GroupMembers.Needs audiences() {
        return new GroupMembers.Needs(Set.of(), Set.of(), Set.of(from.seq()));
    }

    @Override
    public int bytes() {
        return event.map(e -> e.tail().length).orElse(0) + ENTRY_BYTES * (1 + members.size());
    }

    @Override
    public Boolean decide(WriteBatch group) {
        if (!from.equals(group.audiences().fanOut(from.seq()))) {
            return false;
        }
        event.ifPresent(kept -> group.place(kept, members));
        to.ifPresentOrElse(group.audiences()::move, () -> group.audiences().finish(from));
        return true;
    }
}
