package io.bellwire.order;

import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.RecordType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads orders and their leases; only writes change them. Every method blocks; failures are {@link
 * java.io.UncheckedIOException}. Thread-safe.
 */
public interface OrderStore {
    /** The newest event of each order. */
    RecordType<OrderId, LatestEvent> LATEST = RecordType.kept("orders");

    /** The lease on an order, ended or not. */
    RecordType<OrderId, OrderLock> LOCKS = RecordType.kept("order locks");

    /** The order's newest event; empty if there is no such order. */
    Optional<Event> find(OrderId id);

    /** Those of the orders that exist, in the order of their ids. */
    List<StoredOrder> find(Collection<OrderId> ids);

    /**
     * Up to {@code limit} orders of the device whose feed this is, after {@code after} or from the first, in the order
     * of their ids.
     */
    List<StoredOrder> ofDevice(Feed device, @Nullable OrderId after, int limit);

    /**
     * Up to {@code limit} orders of all devices, after {@code after} or from the first, in the order of their ids.
     */
    List<StoredOrder> after(@Nullable OrderId after, int limit);

    /** Deletes leases that ended before {@code steadyMillis}, see {@link io.bellwire.log.WriteBatch#steadyMillis}. */
    void deleteLocksBefore(long steadyMillis);
}
