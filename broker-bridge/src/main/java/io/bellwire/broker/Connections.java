package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
    private final ConcurrentHashMap<String, ClientConnection> current = new ConcurrentHashMap<>();
    private final Set<ClientConnection> knocking = ConcurrentHashMap.newKeySet();
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

    /** A login is about to be checked. */
    void knock(ClientConnection connection) {
        knocking.add(connection);
    }

    /**
     * A login was good: takes the place of the connection that was there under the same client id.
     *
     * @param next hands the login on; runs before another login of the same client id can, so that Moquette sees them in
     *     the same order as this registry
     */
    boolean enter(ClientConnection connection, BooleanSupplier next) {
        synchronized (stripe(connection)) {
            ClientConnection before = current.put(connection.clientId(), connection);
            knocking.remove(connection);
            if (before != null) {
                before.close(ConnectionRefusal.TAKEN_OVER);
            } else if (connection.device() != null) {
                devices.incrementAndGet();
            }
            return next.getAsBoolean();
        }
    }

    /** Its CONNACK is out. */
    void connected(ClientConnection connection) {
        synchronized (stripe(connection)) {
            if (current.get(connection.clientId()) == connection) {
                tell(device -> sessions.connected(device, connection.kind()), connection);
            }
        }
    }

    /** The SUBACK of these topics is out. */
    void subscribed(ClientConnection connection, Collection<String> topics) {
        synchronized (stripe(connection)) {
            if (current.get(connection.clientId()) == connection) {
                topics.forEach(
                        topic -> tell(device -> sessions.subscribed(device, topic, connection.kind()), connection));
            }
        }
    }

    /** The connection is closed. Has no effect the second time. */
    void leave(ClientConnection connection) {
        knocking.remove(connection);
        synchronized (stripe(connection)) {
            if (current.remove(connection.clientId(), connection)) {
                if (connection.device() != null) {
                    devices.decrementAndGet();
                }
                tell(sessions::disconnected, connection);
            }
        }
    }

    /** Closes what is logged in, or about to be, under this id. */
    void disconnect(DeviceId device) {
        // first those about to be: one that moves on in between is found in the second step
        for (ClientConnection connection : knocking) {
            if (connection.clientId().equals(device.value())) {
                connection.close(ConnectionRefusal.DISCONNECTED_BY_US);
            }
        }
        ClientConnection connection = current.get(device.value());
        if (connection != null) {
            connection.close(ConnectionRefusal.DISCONNECTED_BY_US);
        }
    }

    /** Tells everybody that is logged in to go. */
    void dismiss() {
        current.values().forEach(connection -> connection.close(ConnectionRefusal.STOPPING));
    }

    /** Counts as gone whoever still is there. */
    void abandon() {
        current.values().forEach(this::leave);
    }

    private Object stripe(ClientConnection connection) {
        return stripes[Math.floorMod(connection.clientId().hashCode(), STRIPES)];
    }

    @SuppressWarnings("CatchingUnchecked") // a listener that throws must not cost the device its connection
    private static void tell(Consumer<DeviceId> listener, ClientConnection connection) {
        DeviceId device = connection.device();
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
