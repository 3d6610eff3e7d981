package io.bellwire.world;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceState;
import io.bellwire.fleet.AcknowledgedOrders;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What each device must end with: the acknowledged orders and the number of changes, counted without the log. One
 * thread.
 */
final class ExpectedState {
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders();
    private final Map<DeviceId, Map<String, Long>> versions = new HashMap<>();
    private final Map<DeviceId, Long> heads = new HashMap<>();

    AcknowledgedOrders acknowledged() {
        return acknowledged;
    }

    /** The expected state of some time. Immutable. */
    record Checkpoint(Map<DeviceId, Map<String, Long>> versions, Map<DeviceId, Long> heads) {
        /** How many changes the device's feed had. */
        long head(DeviceId device) {
            return heads.getOrDefault(device, 0L);
        }
    }

    Checkpoint checkpoint() {
        return new Checkpoint(copy(versions), new HashMap<>(heads));
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
        heads.clear();
        heads.putAll(checkpoint.heads());
    }

    /** Whether such an order was ever acknowledged, even if it was lost later. */
    boolean everHad(String orderId) {
        return acknowledged.find(orderId) != null;
    }

    void acknowledged(DeviceId device, RequestedChange.Granted done, long atNanos) {
        versions.computeIfAbsent(device, id -> new LinkedHashMap<>()).put(done.orderId(), done.version());
        heads.merge(device, 1L, Long::sum);
        acknowledged.acknowledged(done.orderId(), device, atNanos);
    }

    /** How many changes the device's feed has. */
    long head(DeviceId device) {
        return heads.getOrDefault(device, 0L);
    }

    /** The device's orders, oldest first. */
    List<String> ordersOf(DeviceId device) {
        return List.copyOf(versions.getOrDefault(device, Map.of()).keySet());
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
