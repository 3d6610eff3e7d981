package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the server acknowledged to the order source, kept outside the server. Thread-safe. */
public final class Truth {
    private final Map<String, Placed> orders = new ConcurrentHashMap<>();
    private final Map<DeviceId, Map<String, Placed>> byDevice = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();

    /**
     * One order that is known to exist.
     *
     * @param device whose order it is
     * @param atNanos when the answer came
     */
    public record Placed(DeviceId device, long atNanos) {}

    /** The server answered that {@code orderId} exists. Telling it again changes nothing. */
    public void acknowledged(String orderId, DeviceId device, long atNanos) {
        Placed placed = new Placed(device, atNanos);
        if (orders.putIfAbsent(orderId, placed) == null) {
            Map<String, Placed> own =
                    byDevice.computeIfAbsent(device, id -> Collections.synchronizedMap(new LinkedHashMap<>()));
            own.put(orderId, placed);
            size.incrementAndGet();
        }
    }

    /** The server has lost the order with the end of its log: its device need not have it any more, but may. */
    public void lost(String orderId) {
        Placed placed = orders.get(orderId);
        Map<String, Placed> own = placed == null ? null : byDevice.get(placed.device());
        if (own != null && own.remove(orderId) != null) {
            size.decrementAndGet();
        }
    }

    public int size() {
        return size.get();
    }

    /** Null if no such order was ever acknowledged. */
    public @Nullable Placed find(String orderId) {
        return orders.get(orderId);
    }

    /** How many orders the device has. */
    public int sizeOf(DeviceId device) {
        Map<String, Placed> own = byDevice.get(device);
        return own == null ? 0 : own.size();
    }

    /** The device's orders, in the order in which their acknowledgements came. */
    public Map<String, Placed> ordersOf(DeviceId device) {
        Map<String, Placed> own = byDevice.get(device);
        if (own == null) {
            return Map.of();
        }
        synchronized (own) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(own));
        }
    }
}
