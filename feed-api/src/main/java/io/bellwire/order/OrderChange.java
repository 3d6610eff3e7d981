package io.bellwire.order;

import io.bellwire.feed.EventFacts;
import io.bellwire.log.RenderedEvent;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a patch makes of one state of an order: the next state, rendered, or why there is none. All that is left to decide
 * is whether the order is still in that state, and whether it is locked. Immutable.
 */
public final class OrderChange {
    private final OrderId id;
    private final Precondition precondition;
    private final Optional<Refusal> unmetPrecondition;
    private final Optional<Refusal> refusal;
    private final Order before;
    private final Order after;
    private final int bytesAfter;
    private final @Nullable RenderedEvent event;

    private OrderChange(OrderId id, Order before, int bytesBefore, OrderPatch patch, Precondition precondition) {
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

    /** What {@code patch} makes of the order as it was looked up. */
    public static OrderChange of(OrderTarget target, OrderPatch patch, Precondition precondition) {
        return new OrderChange(target.id(), target.order(), target.latest().dataLength(), patch, precondition);
    }

    /** What {@code patch} makes of the order as this change leaves it. */
    public OrderChange then(OrderPatch patch) {
        return new OrderChange(id, after, bytesAfter, patch, Precondition.NONE);
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

    /** A step must stay possible, however large the order is. */
    private static Optional<Refusal> sizeRefusal(@Nullable RenderedEvent event, OrderPatch patch, int bytesBefore) {
        int bytes = event == null ? 0 : event.dataLength();
        if (patch.isStepOnly() || bytes <= Order.BYTES_MAX || bytes <= bytesBefore) {
            return Optional.empty();
        }
        return Optional.of(Refusal.of(
                Refusal.Kind.TOO_LARGE, "the order would have " + bytes + " bytes, and may have " + Order.BYTES_MAX));
    }

    /** What may be asked of the event that tells of the change. */
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

    /** Why the order is not as the caller thinks. */
    Optional<Refusal> unmetPrecondition() {
        return unmetPrecondition;
    }

    /** Why it cannot be done although the order is as the caller thinks. */
    Optional<Refusal> refusal() {
        return refusal;
    }

    /** The event that tells of the change; empty if there is nothing to tell. */
    Optional<RenderedEvent> event() {
        return Optional.ofNullable(event);
    }

    /** When the order was made, if the change decides on it. */
    Optional<Instant> undecidedSince() {
        boolean isDecision = before.status() == OrderStatus.NEW
                && (after.status() == OrderStatus.ACCEPTED || after.status() == OrderStatus.REJECTED);
        return isDecision ? Optional.of(before.createdAt()) : Optional.empty();
    }
}
