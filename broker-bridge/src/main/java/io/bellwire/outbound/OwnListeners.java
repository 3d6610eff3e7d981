package io.bellwire.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What this server itself listens on: never called, whatever is allowed, since a partner could reach with it what only
 * this machine may reach. A listener on all addresses counts for each address of this machine. Thread-safe.
 */
public final class OwnListeners {
    private final Supplier<List<InetSocketAddress>> listeners;
    private final Predicate<InetAddress> isLocal;

    /**
     * @param listeners where the server listens now
     * @param isLocal whether an address is one of this machine's; asked only for ports that have a listener
     */
    public OwnListeners(Supplier<List<InetSocketAddress>> listeners, Predicate<InetAddress> isLocal) {
        this.listeners = listeners;
        this.isLocal = isLocal;
    }

    boolean contain(InetAddress address, int port) {
        for (InetSocketAddress listener : listeners.get()) {
            if (listener.getPort() == port && isSame(listener.getAddress(), address)) {
                return true;
            }
        }
        return false;
    }

    private boolean isSame(InetAddress listener, InetAddress called) {
        // the unspecified address reaches this machine too
        return listener.equals(called)
                || called.isAnyLocalAddress()
                || (listener.isAnyLocalAddress() && (called.isLoopbackAddress() || isLocal.test(called)));
    }
}
