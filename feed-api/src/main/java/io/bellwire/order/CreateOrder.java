package io.bellwire.order;

import io.bellwire.command.CommandResult;
import io.bellwire.group.Recipients;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;

/** The write that creates one order, in all of its feeds. */
public final class CreateOrder implements Write<CommandResult<Refusal>> {
    /** What the write of one order takes in memory while it waits, besides its event and its recipients. */
    static final int OVERHEAD_BYTES = 512;

    private static final int CREATED = 201;
    private static final byte[] NO_BODY = {};

    private final OrderId id;
    private final RenderedEvent rendered;
    private final Recipients recipients;

    /**
     * @param id the order's id, drawn by the caller, so that it is the same however often the write is decided
     * @param recipients the feeds and groups that get the order's event, the device's feed first
     */
    public CreateOrder(OrderId id, OrderDraft draft, Recipients recipients) {
        this.id = id;
        this.rendered = OrderEvent.created(id, draft.json(id));
        this.recipients = recipients;
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        recipients.declareNeeds(needs);
    }

    @Override
    public int bytes() {
        return OVERHEAD_BYTES + rendered.bytes() + recipients.bytes();
    }

    @Override
    public CommandResult<Refusal> decide(WriteBatch batch) {
        Event event = recipients.append(batch, rendered, id.value());
        batch.put(
                OrderStore.LATEST, id, new LatestEvent(recipients.feeds().get(0).feedNumber(), event));
        return new CommandResult.Done<>(CREATED, NO_BODY, id.value(), event);
    }
}
