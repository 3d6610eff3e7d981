package io.bellwire.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The local ports that canaries connect from, by which the broker knows them before they have sent anything. While a
 * canary is bound to its port, no other client of this machine, such as a proxy, can connect from it. Thread-safe.
 */
final class CanaryPorts {
    /** In place of a port: any. A canary without a port of its own is admitted like a device. */
    private static final int ANY = 0;

    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    /** A free port for a canary. */
    int reserve(InetAddress local) {
        try (ServerSocket free = new ServerSocket(ANY, 1, local)) {
            int port = free.getLocalPort();
            ports.add(port);
            return port;
        } catch (IOException noneFree) {
            return ANY;
        }
    }

    void release(int port) {
        ports.remove(port);
    }

    boolean contains(int port) {
        return ports.contains(port);
    }
}
