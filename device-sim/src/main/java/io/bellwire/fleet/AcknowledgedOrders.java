package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the server acknowledged to the sources of orders and events, kept outside the server. Thread-safe. */
public final class AcknowledgedOrders {
    private final Map<String, Placed> orders = new ConcurrentHashMap<>();
    private final Map<DeviceId, Map<String, Placed>> byDevice = new ConcurrentHashMap<>();
    /** The newest acknowledged version of each order that was changed; other orders are in version 1. */
    private final Map<String, Long> versions = new ConcurrentHashMap<>();

    /** The orders of each partner that has some, by the partner's id. */
    private final Map<String, Set<String>> byPartner = new ConcurrentHashMap<>();

    private final Map<String, AcknowledgedEvent> events = new ConcurrentHashMap<>();
    private final Map<String, AcknowledgedEvent> lostEvents = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();

    /**
     * One order that is known to exist.
     *
     * @param device whose order it is
     * @param dueNanos when it should have been placed
     * @param atNanos when it was acknowledged
     */
    public record Placed(DeviceId device, long dueNanos, long atNanos) {}

    /**
     * One event that is not an order's.
     *
     * @param devices those that receive it
     * @param group the group that it was sent to; null if it was sent to a device
     * @param number counts the events of that group, from 1; 0 without a group
     */
    public record AcknowledgedEvent(
            Set<DeviceId> devices, @Nullable String group, long number) {}

    /** Notes that the server has acknowledged {@code orderId}. Noting it again changes nothing. */
    public void acknowledged(String orderId, DeviceId device, long atNanos) {
        acknowledged(orderId, new Placed(device, atNanos, atNanos));
    }

    /** Notes that the server has acknowledged {@code orderId}. Noting it again changes nothing. */
    public void acknowledged(String orderId, Placed placed) {
        if (orders.putIfAbsent(orderId, placed) == null) {
            Map<String, Placed> own =
                    byDevice.computeIfAbsent(placed.device(), id -> Collections.synchronizedMap(new LinkedHashMap<>()));
            own.put(orderId, placed);
            size.incrementAndGet();
        }
    }

    /** Notes that the server has acknowledged a change that brought the order to this version. */
    public void changed(String orderId, long version) {
        versions.merge(orderId, version, Math::max);
    }

    /** Notes whose order this is besides its device's. */
    public void isOfPartner(String orderId, String partner) {
        byPartner.computeIfAbsent(partner, id -> ConcurrentHashMap.newKeySet()).add(orderId);
    }

    /** The orders of the partner, each in the newest version that was acknowledged. */
    public Map<String, Long> versionsOf(String partner) {
        Map<String, Long> own = new HashMap<>();
        byPartner.getOrDefault(partner, Set.of()).forEach(order -> own.put(order, versionOf(order)));
        return own;
    }

    /** Notes that the server has acknowledged the event. */
    public void eventAcknowledged(String eventId, AcknowledgedEvent eventAcknowledged) {
        events.put(eventId, eventAcknowledged);
        lostEvents.remove(eventId);
    }

    /**
     * Notes that the server has lost the order with the end of its log: its device may have the order, but need not.
     */
    public void lost(String orderId) {
        Placed placed = orders.get(orderId);
        Map<String, Placed> own = placed == null ? null : byDevice.get(placed.device());
        if (own != null && own.remove(orderId) != null) {
            size.decrementAndGet();
        }
    }

    /** The same for an event. */
    public void eventLost(String eventId) {
        AcknowledgedEvent known = events.remove(eventId);
        if (known != null) {
            lostEvents.put(eventId, known);
        }
    }

    /** How many orders there are. */
    public int size() {
        return size.get();
    }

    /** Null if no such order was ever acknowledged. */
    public @Nullable Placed find(String orderId) {
        return orders.get(orderId);
    }

    /** The newest version that was acknowledged of an order. */
    public long versionOf(String orderId) {
        return versions.getOrDefault(orderId, 1L);
    }

    /** Every order in the newest version that was acknowledged, as of now. */
    public Map<String, Long> versions() {
        Map<String, Long> all = new HashMap<>();
        orders.keySet().forEach(order -> all.put(order, versionOf(order)));
        return all;
    }

    /** Null if no such event was ever acknowledged. */
    public @Nullable AcknowledgedEvent findEvent(String eventId) {
        AcknowledgedEvent known = events.get(eventId);
        return known == null ? lostEvents.get(eventId) : known;
    }

    /** How many orders the device has. */
    public int sizeOf(DeviceId device) {
        Map<String, Placed> own = byDevice.get(device);
        return own == null ? 0 : own.size();
    }

    /** The device's orders, in the order of their acknowledgements. */
    public Map<String, Placed> ordersOf(DeviceId device) {
        Map<String, Placed> own = byDevice.get(device);
        if (own == null) {
            return Map.of();
        }
        synchronized (own) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(own));
        }
    }

    /** The events that the device gets, in no order. */
    public List<String> eventsOf(DeviceId device) {
        List<String> own = new ArrayList<>();
        events.forEach((id, eventAcknowledged) -> {
            if (eventAcknowledged.devices().contains(device)) {
                own.add(id);
            }
        });
        return own;
    }
}
