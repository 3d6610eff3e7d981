package io.bellwire.order;

import io.bellwire.feed.EventFacts;
import io.bellwire.log.RenderedEvent;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The change that a patch makes to one state of an order: the next state, rendered, or why there is none. The writer
 * then decides only whether the order is still in that state, and whether it is locked. Immutable.
 */
public final class PreparedOrderChange {
    private final OrderId id;
    private final Precondition precondition;
    private final Optional<Refusal> unmetPrecondition;
    private final Optional<Refusal> refusal;
    private final Order before;
    private final Order after;
    private final int bytesAfter;
    private final @Nullable RenderedEvent event;

    private PreparedOrderChange(
            OrderId id, Order before, int bytesBefore, OrderPatch patch, Precondition precondition) {
        this.id = id;
        this.precondition = precondition;
        this.before = before;
        this.unmetPrecondition = precondition.check(before);
        Order patched = before.with(patch);
        RenderedEvent rendered =
                patched == before ? null : OrderEvent.changed(type(before, patched), id, patched.json());
        this.refusal = stepRefusal(before, patch).or(() -> sizeRefusal(rendered, patch, bytesBefore));
        boolean isRefused = unmetPrecondition.isPresent() || refusal.isPresent();
        this.event = isRefused ? null : rendered;
        this.after = event == null ? before : patched;
        this.bytesAfter = event == null ? bytesBefore : event.dataLength();
    }

    /** The change of the order as it was looked up. */
    public static PreparedOrderChange of(OrderTarget target, OrderPatch patch, Precondition precondition) {
        return new PreparedOrderChange(
                target.id(), target.order(), target.latest().json().dataLength(), patch, precondition);
    }

    /** The next change, of the order as this change leaves it. */
    public PreparedOrderChange andThen(OrderPatch patch) {
        return new PreparedOrderChange(id, after, bytesAfter, patch, Precondition.NONE);
    }

    private static String type(Order before, Order after) {
        return before.status() == after.status() ? OrderEvent.UPDATED : OrderEvent.STATUS_CHANGED;
    }

    private static Optional<Refusal> stepRefusal(Order order, OrderPatch patch) {
        OrderStatus step = patch.status();
        if (step == null || step == order.status() || order.status().next().contains(step)) {
            return Optional.empty();
        }
        return Optional.of(Refusal.of(
                Refusal.Kind.FORBIDDEN_STEP,
                "the order is " + order.status().text() + "; allowed from here: "
                        + order.status().nextText()));
    }

    /** Refuses a patch that makes the order larger than it may be; a change of the status is possible at any size. */
    private static Optional<Refusal> sizeRefusal(@Nullable RenderedEvent event, OrderPatch patch, int bytesBefore) {
        int bytes = event == null ? 0 : event.dataLength();
        if (patch.isStepOnly() || bytes <= Order.BYTES_MAX || bytes <= bytesBefore) {
            return Optional.empty();
        }
        return Optional.of(Refusal.of(
                Refusal.Kind.TOO_LARGE, "the order would have " + bytes + " bytes, and may have " + Order.BYTES_MAX));
    }

    /** The facts of the event of this change, for routes. */
    public EventFacts facts() {
        return OrderFacts.ofChange(type(before, after), after);
    }

    /** The order as the change leaves it. */
    Order after() {
        return after;
    }

    Precondition precondition() {
        return precondition;
    }

    /** Why the order is not in the state that the caller requires; empty if it is. */
    Optional<Refusal> unmetPrecondition() {
        return unmetPrecondition;
    }

    /** Why the change is not allowed; empty if it is. */
    Optional<Refusal> refusal() {
        return refusal;
    }

    /** The event of the change; empty if the patch changes nothing or is refused. */
    public Optional<RenderedEvent> event() {
        return Optional.ofNullable(event);
    }

    /** When the order was created, if this change is the decision on it. */
    Optional<Instant> undecidedSince() {
        return before.status().isDecidedBy(after.status()) ? Optional.of(before.createdAt()) : Optional.empty();
    }
}
