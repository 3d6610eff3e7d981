package io.bellwire.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts connections, in total and per remote address. A few places beyond the limits are kept for canaries, which come
 * from the machine's own address: devices that fill the broker must not make it look dead. Thread-safe.
 */
final class Admission {
    private final int most;
    private final int mostPerAddress;
    private final int canaryPlaces;
    private final AtomicInteger total = new AtomicInteger();
    private final AtomicInteger beyond = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /** @param mostPerAddress 0 for no such limit */
    Admission(int most, int mostPerAddress, int canaryPlaces) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
        this.canaryPlaces = canaryPlaces;
    }

    /** Takes a place. Whatever comes back other than a refusal has to be given to {@link #leave}. */
    Entry enter(InetSocketAddress remote, InetSocketAddress local) {
        Entry entry = place(remote.getAddress());
        if (!entry.isRefused() || !remote.getAddress().equals(local.getAddress())) {
            return entry;
        }
        if (beyond.incrementAndGet() <= canaryPlaces) {
            return Entry.CANARIES_ONLY;
        }
        beyond.decrementAndGet();
        return entry;
    }

    void leave(Entry entry, InetSocketAddress remote) {
        if (entry == Entry.CANARIES_ONLY) {
            beyond.decrementAndGet();
        } else if (entry == Entry.OPEN) {
            total.decrementAndGet();
            forget(remote.getAddress());
        }
    }

    private Entry place(InetAddress address) {
        if (mostPerAddress > 0 && byAddress.merge(address, 1, Integer::sum) > mostPerAddress) {
            forget(address);
            return Entry.ADDRESS_FULL;
        }
        if (total.incrementAndGet() > most) {
            total.decrementAndGet();
            forget(address);
            return Entry.FULL;
        }
        return Entry.OPEN;
    }

    private void forget(InetAddress address) {
        if (mostPerAddress > 0) {
            byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /** What a new connection may do. */
    enum Entry {
        OPEN,
        /** Over a limit: good for nothing but a canary. */
        CANARIES_ONLY,
        FULL,
        ADDRESS_FULL;

        boolean isRefused() {
            return this == FULL || this == ADDRESS_FULL;
        }
    }
}
