package io.bellwire.fleet;

import io.bellwire.device.DeviceCursor;
import io.bellwire.receiver.AppliedChange;
import io.bellwire.receiver.AppliedWork;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds what calls have brought to one partner in another order than its endpoint promises. One that loses nothing by
 * itself must have the changes of each order in their order, whatever the faults. The order of the feed is checked while
 * there are no faults: else what a partner has lost by itself comes again, and later. Not thread-safe.
 */
final class PartnerOrder {
    private static final int NOWHERE = -1;

    private final FleetPartner partner;
    private final EndpointKind kind;
    private int from = NOWHERE;
    private @Nullable String violation;

    PartnerOrder(FleetPartner partner, EndpointKind kind) {
        this.partner = partner;
        this.kind = kind;
    }

    /** There are no faults, and the partner has everything. */
    void faultlessFrom() {
        faultlessUntil();
        from = partner.journal().size();
    }

    /** There may be faults from now on. */
    void faultlessUntil() {
        if (from != NOWHERE && kind.ordering() == EndpointKind.Ordering.FEED) {
            List<AppliedWork> journal = partner.journal();
            inOrderOfFeed(journal.subList(from, journal.size())).ifPresent(this::found);
        }
        from = NOWHERE;
    }

    private void found(String what) {
        violation = violation == null ? what : violation;
    }

    /** The first violation until now. */
    Optional<String> violation() {
        if (kind.ordering() == EndpointKind.Ordering.ORDER && kind.recovery() == EndpointKind.Recovery.NONE) {
            inOrderOfOrders(partner.journal()).ifPresent(this::found);
        }
        skipped(partner.journal(), partner.source(), partner.missed()).ifPresent(this::found);
        return Optional.ofNullable(violation).map(what -> partner.id() + ": " + what);
    }

    /** What follows the change before it with another revision than the next. */
    static Optional<String> inOrderOfFeed(List<AppliedWork> journal) {
        long before = 0;
        for (AppliedWork work : journal) {
            for (AppliedChange change : work.changes()) {
                long revision = revision(change);
                if (before > 0 && revision != before + 1) {
                    return Optional.of("out of order, revision " + (before + 1) + " was due: " + change);
                }
                before = revision;
            }
        }
        return Optional.empty();
    }

    /** What comes after a later version of the same order. */
    static Optional<String> inOrderOfOrders(List<AppliedWork> journal) {
        Map<String, Long> versions = new HashMap<>();
        for (AppliedWork work : journal) {
            for (AppliedChange change : work.changes()) {
                Long before = change.orderId().isEmpty() ? null : versions.put(change.orderId(), change.version());
                if (before != null && before >= change.version()) {
                    return Optional.of("out of order, after version " + before + ": " + change);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A revision of the feed between applied ones that was never applied.
     *
     * @param missed what retention took, as the server has said: the last revision by the first
     */
    static Optional<String> skipped(List<AppliedWork> journal, String source, NavigableMap<Long, Long> missed) {
        TreeSet<Long> applied = new TreeSet<>();
        for (AppliedWork work : journal) {
            for (AppliedChange change : work.changes()) {
                if (change.source().equals(source)) {
                    applied.add(revision(change));
                }
            }
        }
        long before = 0;
        for (long revision : applied) {
            for (long due = before + 1; before > 0 && due < revision; due++) {
                Map.Entry<Long, Long> range = missed.floorEntry(due);
                if (range == null || range.getValue() < due) {
                    return Optional.of("skipped: revision " + due + " of its feed");
                }
            }
            before = revision;
        }
        return Optional.empty();
    }

    private static long revision(AppliedChange change) {
        return DeviceCursor.parse(change.id()).map(DeviceCursor::revision).orElse(0L);
    }
}
