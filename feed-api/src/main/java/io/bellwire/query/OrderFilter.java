package io.bellwire.query;

import io.bellwire.log.DeviceId;
import io.bellwire.order.Order;
import io.bellwire.order.OrderStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The conditions of a search. Immutable.
 *
 * @param statuses orders with one of these statuses; empty for all
 * @param partner the partner's id
 * @param since orders that have changed at this time or later; they are then found in the order of their changes
 */
public record OrderFilter(
        Set<OrderStatus> statuses, Optional<DeviceId> device, Optional<String> partner, Optional<Instant> since) {
    public OrderFilter {
        statuses = Set.copyOf(statuses);
    }

    /** Whether the order meets the conditions. */
    public boolean matches(Order order) {
        return (statuses.isEmpty() || statuses.contains(order.status()))
                && device.map(order.device()::equals).orElse(true)
                && (partner.isEmpty() || partner.equals(order.partner()))
                && since.map(time -> !order.updatedAt().isBefore(time)).orElse(true);
    }

    /** The order in which the orders are found. */
    SearchOrder order() {
        return since.isPresent() ? SearchOrder.BY_CHANGE : SearchOrder.BY_CREATION;
    }
}
