package io.bellwire.world;

import io.bellwire.device.AckAnswer;
import io.bellwire.device.Answer;
import io.bellwire.device.Change;
import io.bellwire.device.Cursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.Order;
import io.bellwire.fleet.Truth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A log in memory that answers as the protocol says, and outlives the server. One thread. */
public final class WorldLog {
    private static final int PAGE_MAX = 5;
    private static final int PART_MAX = 4;

    private final Truth truth;
    private final Map<DeviceId, List<Change>> feeds = new LinkedHashMap<>();
    private final Map<DeviceId, Map<String, Order>> orders = new LinkedHashMap<>();
    private final Map<DeviceId, Long> received = new LinkedHashMap<>();
    private int epochs = 1;

    WorldLog(Truth truth) {
        this.truth = truth;
    }

    public String epoch() {
        return "epoch" + epochs;
    }

    public long head(DeviceId device) {
        return feeds.getOrDefault(device, List.of()).size();
    }

    public long received(DeviceId device) {
        return received.getOrDefault(device, 0L);
    }

    /** Version of an order now, 0 if there is none. */
    long versionOf(DeviceId device, String orderId) {
        Order order = orders.getOrDefault(device, Map.of()).get(orderId);
        return order == null ? 0 : order.version();
    }

    /** The orders of a device, oldest first. */
    List<String> ordersOf(DeviceId device) {
        return List.copyOf(orders.getOrDefault(device, Map.of()).keySet());
    }

    /** A new order, or a change of the one that exists. */
    void write(DeviceId device, String orderId, long nowNanos) {
        long version = versionOf(device, orderId) + 1;
        orders.computeIfAbsent(device, id -> new LinkedHashMap<>()).put(orderId, new Order(orderId, version, "{}"));
        List<Change> feed = feeds.computeIfAbsent(device, id -> new ArrayList<>());
        String type = version == 1 ? "io.bellwire.order.created" : "io.bellwire.order.updated";
        feed.add(new Change(new Cursor(epoch(), feed.size() + 1), type, orderId, version, "{}"));
        truth.acknowledged(orderId, device, nowNanos);
    }

    /** The database comes back from a backup: all orders are there, under a new epoch, and no feed has a past. */
    void restoreFromBackup() {
        epochs++;
        feeds.clear();
        received.clear();
    }

    Answer page(DeviceId device, @Nullable Cursor after) {
        List<Change> feed = feeds.getOrDefault(device, List.of());
        if (after != null && !after.epoch().equals(epoch())) {
            return new Answer.Reset("epoch-changed");
        }
        // Without a cursor, and with a past that is gone: there is more than the feed can tell.
        if (after == null && epochs > 1) {
            return new Answer.Reset("before-retention");
        }
        int from = after == null ? 0 : (int) after.revision();
        if (from > feed.size()) {
            return new Answer.Reset("ahead-of-log");
        }
        int to = Math.min(feed.size(), from + PAGE_MAX);
        received.merge(device, (long) to, Math::max);
        return new Answer.Page(feed.subList(from, to), new Cursor(epoch(), to), to == feed.size());
    }

    Answer snapshot(DeviceId device, @Nullable String next) {
        List<Order> all = List.copyOf(orders.getOrDefault(device, Map.of()).values());
        int from = next == null ? 0 : Integer.parseInt(next);
        int to = Math.min(all.size(), from + PART_MAX);
        return new Answer.Snapshot(
                all.subList(from, to), new Cursor(epoch(), head(device)), to == all.size() ? null : String.valueOf(to));
    }

    AckAnswer acknowledge(DeviceId device, Cursor processed) {
        return !processed.epoch().equals(epoch()) || processed.revision() > head(device)
                ? new AckAnswer.Refused()
                : new AckAnswer.Accepted();
    }
}
