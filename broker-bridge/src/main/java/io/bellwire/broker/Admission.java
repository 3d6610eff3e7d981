package io.bellwire.broker;

import io.bellwire.admission.ClientAddress;
import io.bellwire.admission.ConnectionCounts;
import io.bellwire.admission.RateByKey;
import io.bellwire.admission.TokenBucket;
import io.bellwire.runtime.Stopwatch;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Gives each new connection a place, or none. Beyond the limits of {@link ConnectionCounts} there are places for
 * canaries, since devices that fill the broker would otherwise make it look dead, and a few in which a client stays
 * just long enough to be told why it is refused. Thread-safe.
 */
final class Admission {
    private static final int EXPLAINED_MAX = 64;
    /** An answer costs as much as a login, so most of those who come too often get none. */
    private static final TokenBucket EXPLAINED = new TokenBucket(50, 100);

    private static final String ALL = "all";

    private final ConnectionCounts counts;
    private final CanaryPorts canaryPorts;
    private final RateByKey<String> explanations;
    private final AtomicInteger explained = new AtomicInteger();

    Admission(ConnectionCounts counts, CanaryPorts canaryPorts, Stopwatch elapsed) {
        this.counts = counts;
        this.canaryPorts = canaryPorts;
        this.explanations = new RateByKey<>(EXPLAINED, 1, elapsed);
    }

    /** Gives a connection its place; {@link #release} that when the connection closes. */
    Place admit(@Nullable InetSocketAddress remote, InetSocketAddress local) {
        ConnectionRefusal refusal =
                switch (counts.admit(ClientAddress.of(remote))) {
                    case ADMITTED -> null;
                    case FULL -> ConnectionRefusal.FULL;
                    case ADDRESS_FULL -> ConnectionRefusal.ADDRESS_FULL;
                    case ADDRESS_TOO_FAST -> ConnectionRefusal.CONNECT_RATE;
                };
        if (refusal == null) {
            return new Place(Kind.REGULAR, null);
        }
        if (isCanary(remote, local)) {
            return new Place(Kind.CANARY, refusal);
        }
        if (explained.incrementAndGet() <= EXPLAINED_MAX
                && explanations.take(ALL).isZero()) {
            return new Place(Kind.EXPLAINED, refusal);
        }
        explained.decrementAndGet();
        return new Place(Kind.NONE, refusal);
    }

    /** Gives a place to a connection of a trusted proxy that has not said whose it is. */
    Place admitProxy() {
        return counts.admitProxy() == ConnectionCounts.Verdict.ADMITTED
                ? new Place(Kind.PROXY, null)
                : new Place(Kind.NONE, ConnectionRefusal.FULL);
    }

    /** Whether the connection is from a port of this machine that a canary has. */
    boolean isCanary(@Nullable InetSocketAddress remote, InetSocketAddress local) {
        return remote != null
                && canaryPorts.contains(remote.getPort())
                && remote.getAddress().equals(local.getAddress());
    }

    void release(Place place, @Nullable InetSocketAddress remote) {
        switch (place.kind) {
            case REGULAR -> counts.release(ClientAddress.of(remote));
            case PROXY -> counts.releaseProxy();
            case EXPLAINED -> explained.decrementAndGet();
            case CANARY, NONE -> {}
        }
    }

    /** How many connections have a regular place. */
    int open() {
        return counts.open();
    }

    /** What a place is for. */
    enum Kind {
        REGULAR,
        /** Of a trusted proxy, whose address has no limit. */
        PROXY,
        CANARY,
        EXPLAINED,
        /** No place: the connection is closed at once. */
        NONE
    }

    /** @param refusal why anybody but a canary is refused; null for a regular place */
    record Place(Kind kind, @Nullable ConnectionRefusal refusal) {}
}
