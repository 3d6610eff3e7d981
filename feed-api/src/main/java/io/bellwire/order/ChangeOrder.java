package io.bellwire.order;

import io.bellwire.command.CommandResult;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.WriteBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The write that changes one order as it was prepared, unless somebody else has locked the order. If the order has
 * changed since it was prepared, the result is {@link CommandResult.Outdated}.
 */
public final class ChangeOrder implements PreparedWrite {
    private static final byte[] NO_BODY = {};

    private final OrderTarget target;
    private final PreparedOrderChange change;
    private final Optional<Instant> undecidedSince;
    private final int bytes;
    private volatile @Nullable Duration decisionTime;

    /** @param change the change of the order as {@code target} has it */
    public ChangeOrder(OrderTarget target, PreparedOrderChange change) {
        this.target = target;
        this.change = change;
        this.undecidedSince = change.undecidedSince();
        this.bytes = CreateOrder.OVERHEAD_BYTES
                + orderBytes()
                + target.recipients().bytes()
                + change.event().map(RenderedEvent::bytes).orElse(0);
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        target.recipients().declareNeeds(needs);
        needs.key(OrderStore.LATEST, target.id()).key(OrderStore.LOCKS, target.id());
    }

    @Override
    public int bytes() {
        return bytes;
    }

    /** The part of {@link #bytes} that all changes of the same order share. */
    int orderBytes() {
        return target.latest().json().dataLength();
    }

    @Override
    public List<Duration> decisionTimes() {
        Duration waited = decisionTime;
        return waited == null ? List.of() : List.of(waited);
    }

    @Override
    public CommandResult<Refusal> decide(WriteBatch batch) {
        return newerThanPrepared(batch)
                .<CommandResult<Refusal>>map(newest -> new CommandResult.Outdated<>(List.of(newest)))
                .orElseGet(() -> decidePrepared(batch));
    }

    /** The order that the change was prepared against. */
    public OrderTarget target() {
        return target;
    }

    PreparedOrderChange change() {
        return change;
    }

    /** The order's newest event, if it is not the one that the change was prepared against. */
    Optional<Event> newerThanPrepared(WriteBatch batch) {
        return Optional.ofNullable(batch.get(OrderStore.LATEST, target.id()))
                .map(LatestEvent::event)
                .filter(latest -> !latest.eventNumber().equals(target.latest().eventNumber()));
    }

    /** Decides, if {@link #newerThanPrepared} is empty. */
    CommandResult<Refusal> decidePrepared(WriteBatch batch) {
        decisionTime = null; // an earlier try may have set it
        OrderId id = target.id();
        LatestEvent latest = batch.get(OrderStore.LATEST, id);
        if (latest == null) {
            return new CommandResult.Refused<>(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no order " + target.id()));
        }
        Optional<Refusal> refusal =
                change.unmetPrecondition().or(() -> lockRefusal(batch, id)).or(change::refusal);
        if (refusal.isPresent()) {
            return new CommandResult.Refused<>(refusal.get());
        }
        if (batch.get(OrderStore.LOCKS, id) != null) {
            batch.remove(OrderStore.LOCKS, id); // a change releases the lease
        }
        Event event = change.event().map(rendered -> append(rendered, batch)).orElse(latest.event());
        decisionTime = undecidedSince
                .map(since -> Duration.between(since, batch.now()))
                .orElse(null);
        return new CommandResult.Done<>(200, NO_BODY, id.value(), event);
    }

    private Event append(RenderedEvent rendered, WriteBatch batch) {
        Event event = target.recipients().append(batch, rendered, target.id().value());
        batch.put(
                OrderStore.LATEST,
                target.id(),
                new LatestEvent(target.deviceFeed().feedNumber(), event));
        return event;
    }

    private Optional<Refusal> lockRefusal(WriteBatch batch, OrderId id) {
        return LockOrder.refusal(
                batch.get(OrderStore.LOCKS, id), change.precondition().lockDigest(), batch.steadyMillis());
    }
}
