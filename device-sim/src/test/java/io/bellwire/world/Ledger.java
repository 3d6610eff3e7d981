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

/** What the order source was told, kept beside the log and without its help. One thread. */
final class Ledger {
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders();
    private final Map<DeviceId, Map<String, Long>> versions = new HashMap<>();
    private final Map<DeviceId, Long> heads = new HashMap<>();

    AcknowledgedOrders acknowledged() {
        return acknowledged;
    }

    /** What had been acknowledged at some time. Immutable. */
    record Mark(Map<DeviceId, Map<String, Long>> versions, Map<DeviceId, Long> heads) {
        /** How many changes the device had been owed. */
        long head(DeviceId device) {
            return heads.getOrDefault(device, 0L);
        }
    }

    Mark mark() {
        return new Mark(copy(versions), new HashMap<>(heads));
    }

    private static Map<DeviceId, Map<String, Long>> copy(Map<DeviceId, Map<String, Long>> versions) {
        Map<DeviceId, Map<String, Long>> copy = new HashMap<>();
        versions.forEach((device, own) -> copy.put(device, new LinkedHashMap<>(own)));
        return copy;
    }

    /** The log has lost it: nobody is owed it any more. */
    void loseWhatCameAfter(Mark mark) {
        versions.forEach((device, own) -> own.keySet().stream()
                .filter(order -> !mark.versions().getOrDefault(device, Map.of()).containsKey(order))
                .forEach(acknowledged::lost));
        versions.clear();
        versions.putAll(copy(mark.versions()));
        heads.clear();
        heads.putAll(mark.heads());
    }

    /** Whether there has ever been such an order. */
    boolean hasBeen(String orderId) {
        return acknowledged.find(orderId) != null;
    }

    void acknowledged(DeviceId device, RequestedChange.Granted done, long atNanos) {
        versions.computeIfAbsent(device, id -> new LinkedHashMap<>()).put(done.orderId(), done.version());
        heads.merge(device, 1L, Long::sum);
        acknowledged.acknowledged(done.orderId(), device, atNanos);
    }

    /** How many changes the device is owed. */
    long head(DeviceId device) {
        return heads.getOrDefault(device, 0L);
    }

    /** The device's orders, oldest first. */
    List<String> ordersOf(DeviceId device) {
        return List.copyOf(versions.getOrDefault(device, Map.of()).keySet());
    }

    /** Whether the device has every order in its newest version and no other, and knows that there is no more. */
    boolean isSettled(DeviceId device, DeviceState state, Optional<String> newest) {
        DeviceCursor cursor = state.cursor();
        return cursor != null
                && newest.equals(Optional.of(cursor.toString()))
                && cursor.revision() == head(device)
                && state.versions().equals(versions.getOrDefault(device, Map.of()));
    }
}
