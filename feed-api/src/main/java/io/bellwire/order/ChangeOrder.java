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
 * The write that changes one order as was prepared, if nobody else has locked it. If the order has changed since, it is
 * {@link CommandResult.Outdated}.
 */
public final class ChangeOrder implements PreparedWrite {
    private static final int OVERHEAD_BYTES = 512;
    private static final byte[] NO_BODY = {};

    private final OrderTarget target;
    private final OrderChange change;
    private final Optional<Instant> undecidedSince;
    private final int bytes;
    private volatile @Nullable Duration decisionTime;

    /**
     * @param change what becomes of the order as {@code target} has it
     */
    public ChangeOrder(OrderTarget target, OrderChange change) {
        this.target = target;
        this.change = change;
        this.undecidedSince = change.undecidedSince();
        this.bytes = OVERHEAD_BYTES
                + target.latest().dataLength()
                + target.to().bytes()
                + change.event().map(RenderedEvent::bytes).orElse(0);
    }

    @Override
    public Set<Feed> feeds() {
        return target.to().allFeeds();
    }

    @Override
    public GroupMembers.Needs audiences() {
        return target.to().needs();
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
    public CommandResult<Refusal> decide(WriteBatch group) {
        return newerThanPrepared(group)
                .<CommandResult<Refusal>>map(newest -> new CommandResult.Outdated<>(List.of(newest)))
                .orElseGet(() -> decidePrepared(group));
    }

    /** The order that the change was prepared against. */
    public OrderTarget target() {
        return target;
    }

    OrderChange change() {
        return change;
    }

    /** The order's newest event, if it is not the one that the change was prepared against. */
    Optional<Event> newerThanPrepared(WriteBatch group) {
        return Optional.ofNullable(group.order(target.id().value()))
                .filter(latest -> latest.seq() != target.latest().seq());
    }

    /** Decides, with the order known to be as the change was prepared for. */
    CommandResult<Refusal> decidePrepared(WriteBatch group) {
        decisionTime = null; // of an earlier try
        UUID id = target.id().value();
        Event latest = group.order(id);
        if (latest == null) {
            return new CommandResult.Refused<>(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no order " + target.id()));
        }
        Optional<Refusal> refusal =
                change.unmetPrecondition().or(() -> lockRefusal(group, id)).or(change::refusal);
        if (refusal.isPresent()) {
            return new CommandResult.Refused<>(refusal.get());
        }
        if (group.lock(id) != null) {
            group.putLock(id, null); // a write releases the lease
        }
        Event told = change.event().map(event -> append(event, group)).orElse(latest);
        decisionTime = undecidedSince
                .map(since -> Duration.between(since, group.now()))
                .orElse(null);
        return new CommandResult.Done<>(200, NO_BODY, id, told);
    }

    private Event append(RenderedEvent rendered, WriteBatch group) {
        UUID id = target.id().value();
        Event event = group.append(rendered, id, target.to());
        group.putOrder(id, target.device(), event);
        return event;
    }

    private Optional<Refusal> lockRefusal(WriteBatch group, UUID id) {
        return LockOrder.check(group.lock(id), change.precondition().lockDigest(), group.leaseMillis());
    }
}
