package io.bellwire.admission;

import io.bellwire.runtime.Stopwatch;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one port or several, in total and for each address, and how often an address connects. Its memory
 * is bounded by the number of connections. Thread-safe.
 */
public final class ConnectionCounts {
    /** About 10 MB: an attacker with more addresses is limited by the number of connections only. */
    private static final int ADDRESSES_MAX = 100_000;

    private final int connectionsMax;
    private final int perAddressMax;
    private final RateByKey<ClientAddress> connects;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentHashMap<ClientAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /**
     * @param connectionsMax connections at once
     * @param perAddressMax connections at once from one address; 0 for no such limit
     * @param connectRate how often one address may connect
     */
    public ConnectionCounts(int connectionsMax, int perAddressMax, TokenBucket connectRate, Stopwatch elapsed) {
        this.connectionsMax = connectionsMax;
        this.perAddressMax = perAddressMax;
        this.connects = new RateByKey<>(connectRate, ADDRESSES_MAX, elapsed);
    }

    /** Whether a new connection is admitted, and why not. */
    public enum Verdict {
        ADMITTED,
        FULL,
        ADDRESS_FULL,
        ADDRESS_TOO_FAST
    }

    /** Counts a new connection. If it is admitted, {@link #release} it when it closes. */
    public Verdict admit(ClientAddress address) {
        if (!connects.take(address).isZero()) {
            return Verdict.ADDRESS_TOO_FAST;
        }
        if (perAddressMax > 0 && byAddress.merge(address, 1, Integer::sum) > perAddressMax) {
            uncount(address);
            return Verdict.ADDRESS_FULL;
        }
        if (total.incrementAndGet() > connectionsMax) {
            total.decrementAndGet();
            uncount(address);
            return Verdict.FULL;
        }
        return Verdict.ADMITTED;
    }

    /** Counts a new connection of a trusted proxy, which has many clients: only the limit of all connections applies. */
    public Verdict admitProxy() {
        if (total.incrementAndGet() > connectionsMax) {
            total.decrementAndGet();
            return Verdict.FULL;
        }
        return Verdict.ADMITTED;
    }

    /** A proxy's admitted connection has closed. */
    public void releaseProxy() {
        total.decrementAndGet();
    }

    /** An admitted connection has closed. */
    public void release(ClientAddress address) {
        total.decrementAndGet();
        uncount(address);
    }

    /** How many connections are open. */
    public int open() {
        return total.get();
    }

    /** How many addresses are counted. */
    public int addresses() {
        return byAddress.size();
    }

    private void uncount(ClientAddress address) {
        if (perAddressMax > 0) {
            byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        }
    }
}
