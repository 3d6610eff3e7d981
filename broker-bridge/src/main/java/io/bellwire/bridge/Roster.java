package io.bellwire.bridge;

import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The devices that can be rung, and no others. Thread-safe. */
final class Roster {
    private final BridgeOptions options;
    private final Map<FeedId, Bell> bells = new ConcurrentHashMap<>();
    private final AtomicLong serials = new AtomicLong();

    Roster(BridgeOptions options) {
        this.options = options;
    }

    /** The feed's bell; null if its device cannot be rung. */
    @Nullable Bell find(FeedId feed) {
        return bells.get(feed);
    }

    /** The device's bell, told of the new connection. */
    Bell subscribed(DeviceId device) {
        FeedId feed = FeedId.ofDevice(device);
        while (true) {
            Bell bell = bells.computeIfAbsent(
                    feed, name -> new Bell(device, name, new Doorbell(options), serials.incrementAndGet()));
            synchronized (bell) {
                // one that is just being forgotten must not swallow the subscription
                if (!bell.gone) {
                    bell.doorbell.subscribed();
                    return bell;
                }
            }
            bells.remove(feed, bell);
        }
    }

    void forget(Bell bell) {
        synchronized (bell) {
            bell.gone = true;
        }
        bells.remove(bell.feed, bell);
    }

    void clear() {
        bells.clear();
    }

    int size() {
        return bells.size();
    }

    /** How many have not received their feed's head. */
    long behind() {
        return bells.values().stream()
                .filter(bell -> {
                    synchronized (bell) {
                        return bell.doorbell.isBehind();
                    }
                })
                .count();
    }
}
