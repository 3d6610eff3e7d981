package io.bellwire.order;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.Recipients;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Set;

/** The write that makes one order, in all of its feeds. */
public final class CreateOrder implements Write<CommandResult<Refusal>> {
    private static final int OVERHEAD_BYTES = 512;

    private static final int CREATED = 201;
    private static final byte[] NO_BODY = {};

    private final OrderId id;
    private final RenderedEvent rendered;
    private final Recipients to;

    /**
     * @param id the order's id, drawn by the caller: the write gives the same one however often it is decided
     * @param to where the order's creation is told, the device's feed first
     */
    public CreateOrder(OrderId id, OrderDraft draft, Recipients to) {
        this.id = id;
        this.rendered = OrderEvent.created(id, draft.json(id));
        this.to = to;
    }

    @Override
    public Set<Feed> feeds() {
        return to.allFeeds();
    }

    @Override
    public GroupMembers.Needs audiences() {
        return to.needs();
    }

    @Override
    public int bytes() {
        return OVERHEAD_BYTES + rendered.bytes() + to.bytes();
    }

    @Override
    public CommandResult<Refusal> decide(WriteBatch group) {
        Event event = group.append(rendered, id.value(), to);
        group.putOrder(id.value(), to.feeds().get(0), event);
        return new CommandResult.Done<>(CREATED, NO_BODY, id.value(), event);
    }
}
