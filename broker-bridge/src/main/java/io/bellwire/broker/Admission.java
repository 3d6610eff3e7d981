package io.bellwire.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits the number of connections, in total and per remote address. Keeps a few places beyond the limits for
 * canaries, which connect from the machine's own address: without these, devices that fill the broker would make it
 * look dead. Thread-safe.
 */
final class Admission {
    private final int connectionsMax;
    private final int perAddressMax;
    private final int canaryConnectionsMax;
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger canaryConnections = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /** @param perAddressMax 0 for no such limit */
    Admission(int connectionsMax, int perAddressMax, int canaryConnectionsMax) {
        this.connectionsMax = connectionsMax;
        this.perAddressMax = perAddressMax;
        this.canaryConnectionsMax = canaryConnectionsMax;
    }

    /**
     * Admits a connection or refuses it. Give any result other than a refusal to {@link #release} when the connection
     * closes.
     */
    Result admit(InetSocketAddress remote, InetSocketAddress local) {
        Result result = count(remote.getAddress());
        if (!result.isRefused() || !remote.getAddress().equals(local.getAddress())) {
            return result;
        }
        if (canaryConnections.incrementAndGet() <= canaryConnectionsMax) {
            return Result.CANARIES_ONLY;
        }
        canaryConnections.decrementAndGet();
        return result;
    }

    void release(Result result, InetSocketAddress remote) {
        if (result == Result.CANARIES_ONLY) {
            canaryConnections.decrementAndGet();
        } else if (result == Result.ADMITTED) {
            total.decrementAndGet();
            uncount(remote.getAddress());
        }
    }

    private Result count(InetAddress address) {
        if (perAddressMax > 0 && byAddress.merge(address, 1, Integer::sum) > perAddressMax) {
            uncount(address);
            return Result.ADDRESS_FULL;
        }
        if (total.incrementAndGet() > connectionsMax) {
            total.decrementAndGet();
            uncount(address);
            return Result.FULL;
        }
        return Result.ADMITTED;
    }

    private void uncount(InetAddress address) {
        if (perAddressMax > 0) {
            byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Whether a new connection is admitted. */
    enum Result {
        ADMITTED,
        /** Over a limit: only a canary may log in. */
        CANARIES_ONLY,
        FULL,
        ADDRESS_FULL;

        boolean isRefused() {
            return this == FULL || this == ADDRESS_FULL;
        }
    }
}
