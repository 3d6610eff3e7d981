package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of clients that are logged in, one for each client id, and those whose login is being checked.
 * Events of one client id, calls of {@link SessionListener} included, happen one after the other; events of different
 * ids do not wait for each other, unless their ids share a lock. Thread-safe.
 */
final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int LOCKS = 256;

    private final SessionListener sessions;
    private final ConcurrentHashMap<String, ClientConnection> registered = new ConcurrentHashMap<>();
    private final Set<ClientConnection> loggingIn = ConcurrentHashMap.newKeySet();
    private final AtomicInteger devices = new AtomicInteger();
    private final Object[] locks = new Object[LOCKS];

    Connections(SessionListener sessions) {
        this.sessions = sessions;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** How many devices are logged in, canaries not counted. */
    int devices() {
        return devices.get();
    }

    /** Adds a connection whose login is about to be checked. */
    void addLogin(ClientConnection connection) {
        loggingIn.add(connection);
    }

    /**
     * Registers a connection whose login was good, and closes the one that had the same client id.
     *
     * @param next passes the login on; runs before another login of the same client id can, so that Moquette sees
     *     them in the same order as this registry
     */
    boolean register(ClientConnection connection, BooleanSupplier next) {
        synchronized (lockOf(connection)) {
            ClientConnection previous = registered.put(connection.clientId(), connection);
            loggingIn.remove(connection);
            if (previous != null) {
                previous.close(ConnectionRefusal.TAKEN_OVER);
            } else if (connection.device() != null) {
                devices.incrementAndGet();
            }
            return next.getAsBoolean();
        }
    }

    /** The CONNACK of this connection was sent. */
    void connected(ClientConnection connection) {
        synchronized (lockOf(connection)) {
            if (registered.get(connection.clientId()) == connection) {
                notifyListener(device -> sessions.connected(device, connection.kind()), connection);
            }
        }
    }

    /** The SUBACK of these topics was sent. */
    void subscribed(ClientConnection connection, Collection<String> topics) {
        synchronized (lockOf(connection)) {
            if (registered.get(connection.clientId()) == connection) {
                topics.forEach(topic ->
                        notifyListener(device -> sessions.subscribed(device, topic, connection.kind()), connection));
            }
        }
    }

    /** Removes a connection that is closed. Has no effect the second time. */
    void remove(ClientConnection connection) {
        loggingIn.remove(connection);
        synchronized (lockOf(connection)) {
            if (registered.remove(connection.clientId(), connection)) {
                if (connection.device() != null) {
                    devices.decrementAndGet();
                }
                notifyListener(sessions::disconnected, connection);
            }
        }
    }

    /**
     * Closes the connections that are logged in, or being checked, under this id, with a secret that is not valid.
     *
     * @param isValid see {@link SignalBroker#disconnect(DeviceId, LongPredicate)}
     */
    void disconnect(DeviceId device, LongPredicate isValid) {
        // first those being checked: one that is registered in between is found in the second step
        for (ClientConnection connection : loggingIn) {
            if (connection.clientId().equals(device.value()) && !isValid.test(connection.secretFingerprint())) {
                connection.close(ConnectionRefusal.DISCONNECTED_BY_US);
            }
        }
        ClientConnection connection = registered.get(device.value());
        if (connection != null && !isValid.test(connection.secretFingerprint())) {
            connection.close(ConnectionRefusal.DISCONNECTED_BY_US);
        }
    }

    /** Closes all connections that are logged in. */
    void closeAll() {
        registered.values().forEach(connection -> connection.close(ConnectionRefusal.STOPPING));
    }

    /** Removes all connections that are still registered. */
    void removeAll() {
        registered.values().forEach(this::remove);
    }

    private Object lockOf(ClientConnection connection) {
        return locks[Math.floorMod(connection.clientId().hashCode(), LOCKS)];
    }

    @SuppressWarnings("CatchingUnchecked") // a listener that throws must not cost the device its connection
    private static void notifyListener(Consumer<DeviceId> listener, ClientConnection connection) {
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
