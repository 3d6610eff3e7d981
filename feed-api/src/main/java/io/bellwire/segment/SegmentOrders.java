package io.bellwire.segment;

import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.order.LatestEvent;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Orders in {@link Segments}, and their leases in {@link LogState}. Thread-safe. */
final class SegmentOrders implements OrderStore {
    private static final int ALL_DEVICES = 0;

    private final LogState state;
    private final Segments segments;

    SegmentOrders(LogState state, Segments segments) {
        this.state = state;
        this.segments = segments;
    }

    @Override
    public Optional<Event> find(OrderId id) {
        return Optional.ofNullable(segments.order(id.value())).map(LatestEvent::event);
    }

    @Override
    public List<StoredOrder> find(Collection<OrderId> ids) {
        List<StoredOrder> found = new ArrayList<>();
        ids.stream().distinct().sorted().forEach(id -> find(id).ifPresent(
                        latest -> found.add(new StoredOrder(id, latest))));
        return found;
    }

    @Override
    public List<StoredOrder> ofDevice(Feed device, @Nullable OrderId after, int limit) {
        return segments.orders(device.feedNumber().value(), value(after), limit);
    }

    @Override
    public List<StoredOrder> after(@Nullable OrderId after, int limit) {
        return segments.orders(ALL_DEVICES, value(after), limit);
    }

    private static @Nullable UUID value(@Nullable OrderId id) {
        return id == null ? null : id.value();
    }

    @Override
    public void deleteLocksBefore(long steadyMillis) {
        state.dropLocksBefore(steadyMillis);
    }
}
