package io.bellwire.world;

import io.bellwire.command.CommandResult;
import io.bellwire.order.OrderLock;
import io.bellwire.order.Refusal;
import io.bellwire.world.WorldRequest.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Checks leases on orders: while one holds, nobody else changes the order; after its end everybody may. It knows only
 * when requests were sent and answered, so it asks no more than that allows. Times are those of {@link
 * WorldClock#processMillis}, by which a lease ends also after a restart. One thread.
 */
final class WorldLeases {
    private static final int LEASE_MILLIS_MIN = 500;
    private static final int LEASE_MILLIS_MAX = 6_000;

    private final WorldClock clock;
    private final WorldObserver observer;
    private final SplittableRandom random;
    /** By order; those that have ended too. */
    private final Map<String, List<Lease>> leases = new HashMap<>();

    private long runOut;
    private long refused;
    private long heldOverRestart;

    WorldLeases(WorldClock clock, WorldObserver observer, SplittableRandom random) {
        this.clock = clock;
        this.observer = observer;
        this.random = random;
    }

    private static final class Lease {
        private final String token;
        private final long millis;
        private final int process;
        private final long sentMillis;
        /** When it was granted at the latest. */
        private long grantedMillis = Long.MAX_VALUE;

        private boolean isGranted;
        /** A request of the holder was sent, and may have released it. */
        private boolean mayBeReleased;

        /** When it was known to be released, or to have been over before. */
        private long overMillis = Long.MAX_VALUE;

        private Lease(String token, long millis, int process, long sentMillis) {
            this.token = token;
            this.millis = millis;
            this.process = process;
            this.sentMillis = sentMillis;
        }

        private long endsAtTheEarliest() {
            return sentMillis + millis;
        }

        private long endsAtTheLatest() {
            return grantedMillis == Long.MAX_VALUE ? Long.MAX_VALUE : grantedMillis + millis;
        }
    }

    /** Whether it was granted by an earlier process, whose clock was so far ahead that nobody knows when it ends. */
    private boolean isOfAnotherClock(Lease lease, long nowMillis) {
        return lease.process != clock.process() && lease.endsAtTheEarliest() - nowMillis > maxMillis() - lease.millis;
    }

    private static long maxMillis() {
        return OrderLock.LEASE_MAX.toMillis();
    }

    /** How often a lease was in the way of a request. */
    long refused() {
        return refused;
    }

    /** How often a lease was in the way of a request after a restart of the server. */
    long heldOverRestart() {
        return heldOverRestart;
    }

    /** How often an order was changed after a lease of another had run out. */
    long runOut() {
        return runOut;
    }

    /** A request that takes a lease on the order. */
    WorldRequest lock(WorldRequest patch) {
        int millis = LEASE_MILLIS_MIN + random.nextInt(LEASE_MILLIS_MAX - LEASE_MILLIS_MIN);
        return new WorldRequest(
                Kind.LOCK,
                patch.device(),
                patch.key(),
                patch.orderId(),
                String.valueOf(millis),
                null,
                null,
                "token-" + patch.key());
    }

    /** The token of a lease on the order that was granted, for a request of its holder; null if there is none. */
    @Nullable String unusedToken(String orderId) {
        return leases.getOrDefault(orderId, List.of()).stream()
                .filter(lease -> lease.isGranted && !lease.mayBeReleased)
                .map(lease -> lease.token)
                .findFirst()
                .orElse(null);
    }

    /** The server may decide the request from now on. */
    void tried(WorldRequest request) {
        String order = request.orderId();
        String token = request.lockToken();
        if (order == null || token == null) {
            return;
        }
        if (request.kind() == Kind.LOCK) {
            leases.computeIfAbsent(order, none -> new ArrayList<>())
                    .add(new Lease(token, Long.parseLong(request.body()), clock.process(), clock.processMillis()));
        } else {
            leasesOf(order).stream()
                    .filter(lease -> lease.token.equals(token))
                    .forEach(lease -> lease.mayBeReleased = true);
        }
    }

    /** The process was killed: what it has not answered it may have granted. */
    void killed() {
        for (List<Lease> ofOrder : leases.values()) {
            for (Lease lease : ofOrder) {
                if (lease.grantedMillis == Long.MAX_VALUE) {
                    lease.grantedMillis = clock.processMillis();
                }
            }
        }
    }

    private List<Lease> leasesOf(String order) {
        return leases.getOrDefault(order, List.of());
    }

    /**
     * Checks an answer.
     *
     * @param sentMillis when the server got the request
     */
    void answered(WorldRequest request, CommandResult<?> result, long sentMillis) {
        String order = request.orderId();
        if (order == null) {
            return;
        }
        long now = clock.processMillis();
        Refusal.Kind refusal = result instanceof CommandResult.Refused<?> why ? ((Refusal) why.why()).kind() : null;
        List<Lease> known = List.copyOf(leasesOf(order));
        if (result instanceof CommandResult.Done) {
            for (Lease lease : known) {
                boolean isOwn = lease.token.equals(request.lockToken());
                if (!isOwn && isSurelyHeld(lease, sentMillis, now)) {
                    observer.reportViolation(request + " is done during the lease " + lease.token);
                }
                if (isOwn && request.kind() != Kind.LOCK && isSurelyOver(lease, sentMillis)) {
                    observer.reportViolation(request + " is done after its lease");
                }
                runOut +=
                        !isOwn && lease.isGranted && lease.overMillis > now && isSurelyOver(lease, sentMillis) ? 1 : 0;
            }
            noteDone(request, known, sentMillis, now);
        } else if (refusal == Refusal.Kind.LOCKED) {
            refused++;
            if (known.stream().allMatch(lease -> isSurelyOver(lease, sentMillis))) {
                observer.reportViolation(request + " is refused, though no lease holds");
            }
            heldOverRestart += known.stream().allMatch(lease -> lease.process < clock.process()) ? 1 : 0;
        } else if (refusal == Refusal.Kind.LOCK_LOST) {
            known.stream()
                    .filter(lease -> lease.token.equals(request.lockToken()) && isSurelyHeld(lease, sentMillis, now))
                    .forEach(lease -> observer.reportViolation(request + " is refused during its lease"));
        }
        if (refusal != null && request.kind() == Kind.LOCK) {
            leases.get(order).removeIf(lease -> lease.token.equals(request.lockToken()));
        }
    }

    private void noteDone(WorldRequest request, List<Lease> known, long sentMillis, long now) {
        for (Lease lease : known) {
            boolean isOwn = lease.token.equals(request.lockToken());
            if (isOwn && request.kind() == Kind.LOCK) {
                lease.grantedMillis = now;
                lease.isGranted = true;
            } else if (isOwn || (lease.isGranted && wasGrantedBefore(lease, sentMillis))) {
                // the holder's change releases the lease; a change by another, or another lease, shows that it is over
                lease.overMillis = Math.min(lease.overMillis, now);
            }
        }
    }

    private boolean isSurelyHeld(Lease lease, long fromMillis, long toMillis) {
        return lease.isGranted
                && !lease.mayBeReleased
                && lease.overMillis == Long.MAX_VALUE
                && !isOfAnotherClock(lease, fromMillis)
                && wasGrantedBefore(lease, fromMillis)
                && toMillis < lease.endsAtTheEarliest();
    }

    /** Also by a process before: the clock of the present one may be behind. */
    private boolean wasGrantedBefore(Lease lease, long millis) {
        return lease.process < clock.process() || lease.grantedMillis < millis;
    }

    private boolean isSurelyOver(Lease lease, long fromMillis) {
        return lease.overMillis < fromMillis || lease.endsAtTheLatest() <= fromMillis;
    }
}
