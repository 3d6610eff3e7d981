package io.bellwire.outbound;

import io.bellwire.admission.ClientAddress;
import io.bellwire.admission.RateByKey;
import io.bellwire.runtime.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts calls by target: by the host's name before it is looked up, then by each of its addresses (an IPv6 one by its
 * first 64 bits), since any of them may get the call. Thread-safe.
 */
final class TargetLimits {
    /** Buckets for names and addresses; more targets within a second begin with full ones. */
    private static final int TARGETS_MAX = 20_000;

    /** Advice to whom no token but a place is missing: nobody knows when a call ends. */
    private static final Duration PLACE_WAIT = Duration.ofMillis(100);

    private final TargetLimit limit;
    private final RateByKey<Object> rates;
    private final Map<Object, Integer> inFlight = new ConcurrentHashMap<>();

    TargetLimits(TargetLimit limit, Stopwatch elapsed) {
        this.limit = limit;
        this.rates = new RateByKey<>(limit.rate(), TARGETS_MAX, elapsed);
    }

    /** What one call occupies. Used by one thread after the other. */
    final class Places {
        private final List<Object> targets = new ArrayList<>();

        private Places() {}

        /** Zero if there was room for a call to this host, else how long to wait. */
        Duration enter(String host) {
            return enter((Object) host);
        }

        /** Zero if there was room for a call to these addresses, else how long to wait. */
        Duration enter(PinnedAddresses addresses) {
            Set<ClientAddress> networks = new LinkedHashSet<>();
            addresses.addresses().forEach(address -> networks.add(ClientAddress.of(address)));
            Duration wait = Duration.ZERO;
            for (ClientAddress network : networks) {
                Duration one = enter((Object) network);
                wait = one.compareTo(wait) > 0 ? one : wait;
            }
            return wait;
        }

        private Duration enter(Object target) {
            boolean[] isIn = new boolean[1];
            inFlight.compute(target, (same, count) -> {
                int before = count == null ? 0 : count;
                isIn[0] = before < limit.inFlight();
                return isIn[0] ? Integer.valueOf(before + 1) : count;
            });
            if (!isIn[0]) {
                return PLACE_WAIT;
            }
            targets.add(target);
            return rates.take(target);
        }

        /** Frees all that was entered. */
        void leave() {
            targets.forEach(target -> inFlight.compute(
                    target, (same, count) -> count == null || count == 1 ? null : Integer.valueOf(count - 1)));
            targets.clear();
        }
    }

    Places newPlaces() {
        return new Places();
    }

    /** Targets that are being called. */
    int size() {
        return inFlight.size();
    }
}
