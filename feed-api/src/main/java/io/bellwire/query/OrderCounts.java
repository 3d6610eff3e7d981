package io.bellwire.query;

import io.bellwire.log.Revision;
import io.bellwire.order.OrderStatus;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many orders there are in each status. Immutable.
 *
 * @param byStatus a status without orders may be missing
 * @param folded the revision of the feed of all orders up to which changes are counted
 */
public record OrderCounts(Map<OrderStatus, Long> byStatus, Revision folded) {
    public OrderCounts {
        Map<OrderStatus, Long> copy = new EnumMap<>(OrderStatus.class);
        copy.putAll(byStatus);
        byStatus = Collections.unmodifiableMap(copy);
    }

    public long of(OrderStatus status) {
        return byStatus.getOrDefault(status, 0L);
    }

    public long total() {
        return byStatus.values().stream().mapToLong(Long::longValue).sum();
    }
}
