package io.bellwire.order;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.WriteBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
                + target.latest().json().dataLength()
                + target.recipients().bytes()
                + change.event().map(RenderedEvent::bytes).orElse(0);
    }

    @Override
    public Set<Feed> feeds() {
        return target.recipients().allFeeds();
    }

    @Override
    public GroupMembers.Needs groupNeeds() {
        return target.recipients().needs();
    }

    @Override
    public Set<UUID> orders() {
        return Set.of(target.id().value());
    }

    @Override
    public int bytes() {
        return bytes;
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
        return Optional.ofNullable(batch.order(target.id().value()))
                .filter(latest -> latest.eventNumber() != target.latest().eventNumber());
    }

    /** Decides, if {@link #newerThanPrepared} is empty. */
    CommandResult<Refusal> decidePrepared(WriteBatch batch) {
        decisionTime = null; // an earlier try may have set it
        UUID id = target.id().value();
        Event latest = batch.order(id);
        if (latest == null) {
            return new CommandResult.Refused<>(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no order " + target.id()));
        }
        Optional<Refusal> refusal =
                change.unmetPrecondition().or(() -> lockRefusal(batch, id)).or(change::refusal);
        if (refusal.isPresent()) {
            return new CommandResult.Refused<>(refusal.get());
        }
        if (batch.lock(id) != null) {
            batch.putLock(id, null); // a change releases the lease
        }
        Event event = change.event().map(rendered -> append(rendered, batch)).orElse(latest);
        decisionTime = undecidedSince
                .map(since -> Duration.between(since, batch.now()))
                .orElse(null);
        return new CommandResult.Done<>(200, NO_BODY, id, event);
    }

    private Event append(RenderedEvent rendered, WriteBatch batch) {
        UUID id = target.id().value();
        Event event = batch.append(rendered, id, target.recipients());
        batch.putOrder(id, target.deviceFeed(), event);
        return event;
    }

    private Optional<Refusal> lockRefusal(WriteBatch batch, UUID id) {
        return LockOrder.refusal(batch.lock(id), change.precondition().lockDigest(), batch.leaseMillis());
    }
}
