package io.bellwire.world;

import io.bellwire.device.Cursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceState;
import io.bellwire.fleet.Truth;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the order source was told, kept beside the log and without its help. One thread. */
final class Ledger {
    private final Truth truth = new Truth();
    private final Map<DeviceId, Map<String, Long>> versions = new HashMap<>();
    private final Map<DeviceId, Long> heads = new HashMap<>();

    Truth truth() {
        return truth;
    }

    void acknowledged(DeviceId device, Wish.Granted done, long atNanos) {
        versions.computeIfAbsent(device, id -> new LinkedHashMap<>()).put(done.orderId(), done.version());
        heads.merge(device, 1L, Long::sum);
        truth.acknowledged(done.orderId(), device, atNanos);
    }

    /** How many changes the device is owed. */
    long head(DeviceId device) {
        return heads.getOrDefault(device, 0L);
    }

    /** The device's orders, oldest first. */
    List<String> ordersOf(DeviceId device) {
        return List.copyOf(versions.getOrDefault(device, Map.of()).keySet());
    }

    /** Whether the device has every order in its newest version, and knows that there is no more. */
    boolean isSettled(DeviceId device, DeviceState state, String epoch) {
        Cursor cursor = state.cursor();
        return cursor != null
                && cursor.epoch().equals(epoch)
                && cursor.revision() == head(device)
                && versions.getOrDefault(device, Map.of()).entrySet().stream()
                        .allMatch(order -> state.versionOf(order.getKey()) == order.getValue());
    }
}
