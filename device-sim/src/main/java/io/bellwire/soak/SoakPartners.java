package io.bellwire.soak;

import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.FleetPartner;
import io.bellwire.fleet.FleetPartnerReport;
import io.bellwire.fleet.PartnerEndpoints;
import io.bellwire.receiver.CallOutcome;
import java.io.IOException;
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
    /** A position is saved within a second; a call that fails may hold it back for some more. */
    private static final int REPEATED_SECONDS = 5;
    /** More calls than this are never under way to an endpoint of a partner. */
    private static final int PARALLEL = 8;
    /** Receivers are also started anew where faults begin and end. */
    private static final int REPEATED_SLACK = 50;

    private final SoakOptions options;
    private final int count;
    private final PartnerEndpoints endpoints;
    private final AcknowledgedOrders acknowledged;
    private final LongSupplier nanos;
    private boolean isOneAway;
    /** Of orders placed before this time, the one that was away may lack some; null if none was away. */
    private @Nullable Long keptFromNanos;

    SoakPartners(SoakOptions options, PartnerEndpoints endpoints, AcknowledgedOrders acknowledged, LongSupplier nanos) {
        this.options = options;
        this.count = options.partners();
        this.endpoints = endpoints;
        this.acknowledged = acknowledged;
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
            keptFromNanos = nanos.getAsLong() - options.plan().retention().toNanos();
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
        return new PartnersOutcome(
                without.report(), without.missed(), without.repeated(), without.repeatedMax(), wrong);
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
        FleetPartnerReport report = endpoints.report(this::owed);
        long repeated = endpoints.partner(0).calls().getOrDefault(CallOutcome.REPEATED, 0L);
        return new PartnersOutcome(report, missed, repeated, repeatedMax(report.kills()), wrong);
    }

    private long repeatedMax(long receiverKills) {
        long ends = options.plan().phases().stream()
                .flatMap(phase -> phase.steps().stream())
                .filter(step -> step.action().endsProcess())
                .count();
        double callsPerSecond = options.ratePerSecond() * SoakWorkload.OF_PARTNER / count;
        return REPEATED_SLACK + PARALLEL * receiverKills / count + (long) (ends * REPEATED_SECONDS * callsPerSecond);
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
