package io.bellwire.world;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceState;
import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.order.Order;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each device must end with: the acknowledged orders and the number of changes, counted without the log. One
 * thread.
 */
final class ExpectedState {
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders();
    private final Map<DeviceId, Map<String, Long>> versions = new HashMap<>();
    private final Map<String, String> statuses = new HashMap<>();
    private final Map<DeviceId, Long> heads = new HashMap<>();
    private final Set<String> events = new HashSet<>();
    /** Each acknowledged version of each order: two requests for the same status make one change. */
    private final Set<String> changes = new HashSet<>();

    AcknowledgedOrders acknowledged() {
        return acknowledged;
    }

    /** The expected state of some time. Immutable. */
    record Checkpoint(
            Map<DeviceId, Map<String, Long>> versions,
            Map<String, String> statuses,
            Map<DeviceId, Long> heads,
            Set<String> events,
            Set<String> changes) {}

    Checkpoint checkpoint() {
        return new Checkpoint(
                copy(versions),
                new HashMap<>(statuses),
                new HashMap<>(heads),
                new HashSet<>(events),
                new HashSet<>(changes));
    }

    private static Map<DeviceId, Map<String, Long>> copy(Map<DeviceId, Map<String, Long>> versions) {
        Map<DeviceId, Map<String, Long>> copy = new HashMap<>();
        versions.forEach((device, own) -> copy.put(device, new LinkedHashMap<>(own)));
        return copy;
    }

    /** Removes all that was acknowledged after the checkpoint: the log has lost it. */
    void rollBackTo(Checkpoint checkpoint) {
        versions.forEach((device, own) -> own.keySet().stream()
                .filter(order ->
                        !checkpoint.versions().getOrDefault(device, Map.of()).containsKey(order))
                .forEach(acknowledged::lost));
        versions.clear();
        versions.putAll(copy(checkpoint.versions()));
        statuses.clear();
        statuses.putAll(checkpoint.statuses());
        heads.clear();
        heads.putAll(checkpoint.heads());
        events.stream().filter(event -> !checkpoint.events().contains(event)).forEach(acknowledged::eventLost);
        events.retainAll(checkpoint.events());
        changes.retainAll(checkpoint.changes());
    }

    /** The log has lost an order with its end. Its device may have it, even if nobody got an answer. */
    void lostUnanswered(DeviceId device, String orderId) {
        if (!everHad(orderId)) {
            acknowledged.acknowledged(orderId, device, 0);
            acknowledged.lost(orderId);
        }
    }

    /** Whether such an order was ever acknowledged, even if it was lost later. */
    boolean everHad(String orderId) {
        return acknowledged.find(orderId) != null;
    }

    void acknowledged(DeviceId device, Order order, long atNanos) {
        Map<String, Long> own = versions.computeIfAbsent(device, id -> new LinkedHashMap<>());
        if (order.version() > own.getOrDefault(order.id(), 0L)) {
            own.put(order.id(), order.version());
            statuses.put(order.id(), order.status().text());
        }
        if (changes.add(order.id() + " " + order.version())) {
            changed(device);
        }
        acknowledged.acknowledged(order.id(), device, atNanos);
    }

    void eventAcknowledged(DeviceId device, String event) {
        events.add(event);
        changed(device);
        acknowledged.eventAcknowledged(event, new AcknowledgedOrders.AcknowledgedEvent(Set.of(device), null, 0));
    }

    void groupEventAcknowledged(String event, AcknowledgedOrders.AcknowledgedEvent acknowledgedEvent) {
        events.add(event);
        acknowledgedEvent.devices().forEach(this::changed);
        acknowledged.eventAcknowledged(event, acknowledgedEvent);
    }

    /** One more change of the device's feed is acknowledged. */
    void changed(DeviceId device) {
        heads.merge(device, 1L, Long::sum);
    }

    /** How many changes the device's feed has. */
    long head(DeviceId device) {
        return heads.getOrDefault(device, 0L);
    }

    /** The device's orders, oldest first. */
    List<String> ordersOf(DeviceId device) {
        return List.copyOf(versions.getOrDefault(device, Map.of()).keySet());
    }

    long versionOf(DeviceId device, String orderId) {
        return versions.getOrDefault(device, Map.of()).getOrDefault(orderId, 0L);
    }

    /** The order's status, as the wire has it. */
    String statusOf(String orderId) {
        return statuses.getOrDefault(orderId, "new");
    }

    /** Whether the device has every order in its newest version and no other, and knows that there is no more. */
    boolean hasConverged(DeviceId device, DeviceState state, Optional<String> newest) {
        DeviceCursor cursor = state.cursor();
        return cursor != null
                && newest.equals(Optional.of(cursor.toString()))
                && cursor.revision() == head(device)
                && state.versions().equals(versions.getOrDefault(device, Map.of()));
    }
}
