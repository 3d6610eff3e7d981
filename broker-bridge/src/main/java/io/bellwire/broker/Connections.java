package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is logged in, one connection for each client id, and who is about to be. What happens to one client id happens one
 * after the other, what {@link DeviceSessions} hears included; different ones do not wait for each other, but for those
 * that share a stripe. Thread-safe.
 */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int STRIPES = 256;

    private final DeviceSessions sessions;
    private final ConcurrentHashMap<String, Doorbell> current = new ConcurrentHashMap<>();
    private final Set<Doorbell> knocking = ConcurrentHashMap.newKeySet();
    private final AtomicInteger devices = new AtomicInteger();
    private final Object[] stripes = new Object[STRIPES];

    Connections(DeviceSessions sessions) {
        this.sessions = sessions;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    /** How many devices are logged in; canaries are none. */
    int devices() {
        return devices.get();
    }

    /** The connection of this client id. */
    @Nullable Doorbell find(String clientId) {
        return current.get(clientId);
    }

    /** A login is about to be checked. */
    void knock(Doorbell bell) {
        knocking.add(bell);
    }

    /**
     * A login was good: takes the place of the connection that was there under the same client id.
     *
     * @param next hands the login on; runs before another login of the same client id can, so that Moquette sees them in
     *     the same order as this registry
     */
    boolean enter(Doorbell bell, BooleanSupplier next) {
        synchronized (stripe(bell)) {
            Doorbell before = current.put(bell.clientId(), bell);
            knocking.remove(bell);
            if (before != null) {
                before.cutWires();
                before.close(Refusal.TAKEN_OVER);
            } else if (bell.device() != null) {
                devices.incrementAndGet();
            }
            return next.getAsBoolean();
        }
    }

    /** Its CONNACK is out. */
    void connected(Doorbell bell) {
        synchronized (stripe(bell)) {
            if (current.get(bell.clientId()) == bell) {
                tell(device -> sessions.connected(device, bell.kind()), bell);
            }
        }
    }

    /** The SUBACK of these topics is out. */
    void subscribed(Doorbell bell, Collection<String> topics) {
        synchronized (stripe(bell)) {
            if (current.get(bell.clientId()) == bell) {
                topics.forEach(topic -> tell(device -> sessions.subscribed(device, topic, bell.kind()), bell));
            }
        }
    }

    /** The connection is closed. Has no effect the second time. */
    void leave(Doorbell bell) {
        knocking.remove(bell);
        synchronized (stripe(bell)) {
            bell.cutWires();
            if (current.remove(bell.clientId(), bell)) {
                if (bell.device() != null) {
                    devices.decrementAndGet();
                }
                tell(sessions::disconnected, bell);
            }
        }
    }

    /** Closes what is logged in, or about to be, under this id. */
    void disconnect(DeviceId device) {
        // first those about to be: one that moves on in between is found in the second step
        for (Doorbell bell : knocking) {
            if (bell.clientId().equals(device.value())) {
                bell.close(Refusal.DISCONNECTED_BY_US);
            }
        }
        Doorbell bell = current.get(device.value());
        if (bell != null) {
            bell.close(Refusal.DISCONNECTED_BY_US);
        }
    }

    /** Tells everybody that is logged in to go. */
    void dismiss() {
        current.values().forEach(bell -> bell.close(Refusal.STOPPING));
    }

    /** Counts as gone whoever still is there. */
    void abandon() {
        current.values().forEach(this::leave);
    }

    private Object stripe(Doorbell bell) {
        return stripes[Math.floorMod(bell.clientId().hashCode(), STRIPES)];
    }

    @SuppressWarnings("CatchingUnchecked") // a listener that throws must not cost the device its connection
    private static void tell(Consumer<DeviceId> listener, Doorbell bell) {
        DeviceId device = bell.device();
        if (device == null) {
            return;
        }
        try {
            listener.accept(device);
        } catch (RuntimeException bug) {
            LOG.error("a listener of device sessions has thrown", bug);
        }
    }
}
