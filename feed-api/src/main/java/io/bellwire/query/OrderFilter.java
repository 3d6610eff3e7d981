package io.bellwire.query;

import io.bellwire.order.Order;
import io.bellwire.order.OrderStatus;
import io.bellwire.registry.DeviceId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which orders are searched. Immutable.
 *
 * @param statuses any of these; empty for all
 * @param partner the partner's id
 * @param since only orders that have changed at this time or later; the search is then in the order of changes
 */
public record OrderFilter(
        Set<OrderStatus> statuses, Optional<DeviceId> device, Optional<String> partner, Optional<Instant> since) {
    public OrderFilter {
        statuses = Set.copyOf(statuses);
    }

    /** Whether {@code order} is one of these, as it is now. */
    public boolean matches(Order order) {
        return (statuses.isEmpty() || statuses.contains(order.status()))
                && device.map(order.device()::equals).orElse(true)
                && (partner.isEmpty() || partner.equals(order.partner()))
                && since.map(time -> !order.updatedAt().isBefore(time)).orElse(true);
    }

    /** Which order the orders are found in. */
    SearchOrder order() {
        return since.isPresent() ? SearchOrder.BY_CHANGE : SearchOrder.BY_CREATION;
    }
}
