package io.bellwire.order;

import io.bellwire.log.Audiences;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Result;
import io.bellwire.log.Timestamps;
import io.bellwire.log.Write;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The write that changes one order, if it is as the caller thinks and nobody else has locked it. */
public final class ChangeOrder implements Write<Result<Refusal>> {
    private static final int OVERHEAD_BYTES = 512;
    private static final byte[] NO_BODY = {};

    private final OrderTarget target;
    private final OrderPatch patch;
    private final Precondition precondition;
    private volatile @Nullable Duration decisionTime;

    public ChangeOrder(OrderTarget target, OrderPatch patch, Precondition precondition) {
        this.target = target;
        this.patch = patch;
        this.precondition = precondition;
    }

    @Override
    public Set<Feed> feeds() {
        return target.to().allFeeds();
    }

    @Override
    public Audiences.Needs audiences() {
        return target.to().needs();
    }

    @Override
    public Set<UUID> orders() {
        return Set.of(target.id().value());
    }

    @Override
    public int bytes() {
        return OVERHEAD_BYTES + target.bytes() + patch.bytes();
    }

    /** How long the order had waited, if this write has decided on it; to be asked once the write is durable. */
    public Optional<Duration> decisionTime() {
        return Optional.ofNullable(decisionTime);
    }

    @Override
    public Result<Refusal> decide(Group group) {
        decisionTime = null; // of an earlier try
        UUID id = target.id().value();
        Event latest = group.order(id);
        if (latest == null) {
            return new Result.Refused<>(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no order " + target.id()));
        }
        Order order = Order.of(latest);
        Optional<Refusal> refusal =
                precondition.check(order).or(() -> lockRefusal(group, id)).or(() -> stepRefusal(order));
        if (refusal.isPresent()) {
            return new Result.Refused<>(refusal.get());
        }
        Order next = order.with(patch);
        String time = Timestamps.format(group.now());
        byte[] json = next.jsonAfter(order, time);
        // a step must stay possible, however large the order is
        if (!patch.isStepOnly() && json.length > Order.BYTES_MAX && json.length > latest.dataLength()) {
            return new Result.Refused<>(Refusal.of(
                    Refusal.Kind.TOO_LARGE,
                    "the order would have " + json.length + " bytes, and may have " + Order.BYTES_MAX));
        }
        if (group.lock(id) != null) {
            group.putLock(id, null); // a write releases the lease
        }
        if (next.saysTheSameAs(order)) {
            return new Result.Done<>(200, NO_BODY, id, latest);
        }
        String type = order.status() == next.status() ? OrderEvent.UPDATED : OrderEvent.STATUS_CHANGED;
        byte[] prefix = OrderEvent.prefix(type, target.id(), time);
        Event event = group.append(OrderEvent.tail(prefix, json), prefix.length, id, target.to());
        group.putOrder(id, target.device(), event);
        if (order.status() == OrderStatus.NEW
                && (next.status() == OrderStatus.ACCEPTED || next.status() == OrderStatus.REJECTED)) {
            decisionTime = Duration.between(order.createdAt(), group.now());
        }
        return new Result.Done<>(200, NO_BODY, id, event);
    }

    private Optional<Refusal> lockRefusal(Group group, UUID id) {
        return LockOrder.check(
                group.lock(id), precondition.lockDigest(), group.now().toEpochMilli());
    }

    private Optional<Refusal> stepRefusal(Order order) {
        OrderStatus step = patch.status();
        if (step == null || step == order.status() || order.status().next().contains(step)) {
            return Optional.empty();
        }
        return Optional.of(Refusal.of(
                Refusal.Kind.FORBIDDEN_STEP,
                "the order is " + order.status().text() + "; allowed from here: "
                        + order.status().nextText()));
    }
}
