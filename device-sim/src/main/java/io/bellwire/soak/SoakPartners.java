package io.bellwire.soak;

import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.FleetPartner;
import io.bellwire.fleet.PartnerEndpoints;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The partners of a run, whose endpoints are called: they behave as the phase says, one is away for longer than changes
 * are kept, and at the end each must have what was acknowledged for it. Not thread-safe.
 */
final class SoakPartners {
    private final int count;
    private final PartnerEndpoints endpoints;
    private final AcknowledgedOrders acknowledged;
    private final Duration retention;
    private final LongSupplier nanos;
    private boolean isOneAway;
    /** Of orders placed before this time, the one that was away may lack some; null if none was away. */
    private @Nullable Long keptFromNanos;

    SoakPartners(
            int count,
            PartnerEndpoints endpoints,
            AcknowledgedOrders acknowledged,
            Duration retention,
            LongSupplier nanos) {
        this.count = count;
        this.endpoints = endpoints;
        this.acknowledged = acknowledged;
        this.retention = retention;
        this.nanos = nanos;
    }

    List<String> ids() {
        return endpoints.ids();
    }

    /** Receivers fail, lie, are killed and lose their newest work from now on. */
    void injectFaults() throws IOException {
        endpoints.injectFaults();
    }

    /** Receivers are right from now on. Endpoints that were given up are called again. */
    void heal() throws IOException {
        endpoints.heal();
        CompletableFuture<?> ignored = endpoints.repair();
    }

    /**
     * What is still to be done for a partner, as text for people; empty if each that is not away has everything. Blocks.
     */
    String unfinished() throws FleetException, InterruptedException {
        String unfinished = PendingChanges.await(endpoints.repair());
        if (unfinished.isEmpty() && !endpoints.haveAll(this::owed)) {
            return String.valueOf(endpoints.report(this::owed).firstViolation());
        }
        return unfinished;
    }

    /** Call when nothing is unfinished, and there are no faults: order is checked until the next faults. */
    void expectOrder() {
        endpoints.expectOrder();
    }

    /** The last partner goes away: the others show that nothing is ever missed. */
    void leaveOneBehind() {
        if (count > 0) {
            endpoints.stopPartner(count - 1);
            isOneAway = true;
        }
    }

    void fetchItBack() throws IOException {
        if (isOneAway) {
            isOneAway = false;
            keptFromNanos = nanos.getAsLong() - retention.toNanos();
            endpoints.startPartner(count - 1);
        }
    }

    /** How they have fared; null if there are none. Blocks. */
    @Nullable PartnersOutcome verify() throws FleetException, InterruptedException {
        if (count == 0) {
            return null;
        }
        PartnersOutcome without = verifyInterrupted();
        List<String> wrong = new ArrayList<>(Objects.requireNonNull(without).wrong());
        wrong.addAll(PendingChanges.await(endpoints.unhealthy()));
        return new PartnersOutcome(without.report(), without.missed(), wrong);
    }

    /** The same without a question to the server, after a run that has broken off. */
    @Nullable PartnersOutcome verifyInterrupted() {
        if (count == 0) {
            return null;
        }
        List<String> wrong = new ArrayList<>(endpoints.orderViolations());
        long missed = 0;
        for (int i = 0; i < count; i++) {
            long own = missed(endpoints.partner(i));
            missed += own;
            if (own > 0 && (i < count - 1 || (keptFromNanos == null && !isOneAway))) {
                wrong.add(endpoints.partner(i).id() + ": " + own
                        + " changes are said to be missed, though it was never away for long");
            }
        }
        return new PartnersOutcome(endpoints.report(this::owed), missed, wrong);
    }

    private static long missed(FleetPartner partner) {
        return partner.missed().entrySet().stream()
                .mapToLong(range -> range.getValue() - range.getKey() + 1)
                .sum();
    }

    /** The newest version of each of the partner's orders, or the version that it may still be at. */
    private Map<String, Long> owed(String id) {
        Map<String, Long> versions = acknowledged.versionsOf(id);
        FleetPartner last = endpoints.partner(count - 1);
        if (!last.id().equals(id) || (!isOneAway && keptFromNanos == null)) {
            return versions;
        }
        Map<String, Long> applied = new HashMap<>();
        last.journal().forEach(work -> work.changes()
                .forEach(change -> applied.merge(change.orderId(), change.version(), Math::max)));
        long excusesLeft = isOneAway ? Long.MAX_VALUE : missed(last);
        for (Map.Entry<String, Long> order : List.copyOf(versions.entrySet())) {
            @Nullable Long version = applied.get(order.getKey());
            boolean isLacking = version == null || version < order.getValue();
            if (isLacking && excusesLeft > 0 && mayBeMissed(order.getKey())) {
                excusesLeft--;
                if (version == null) {
                    versions.remove(order.getKey());
                } else {
                    versions.put(order.getKey(), version);
                }
            }
        }
        return versions;
    }

    private boolean mayBeMissed(String orderId) {
        AcknowledgedOrders.Placed placed = acknowledged.find(orderId);
        return isOneAway || (placed != null && keptFromNanos != null && placed.atNanos() - keptFromNanos < 0);
    }
}
