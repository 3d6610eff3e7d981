package io.bellwire.delivery;

import io.bellwire.webhook.CallOrdering;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint has received, as far as that is not one number: the feed was looked at up to {@code scanned}, and of
 * that everything was received or is not wanted, except the pending deliveries. Not thread-safe.
 */
final class DeliveryWindow {
    /** How far the feed is looked at past a delivery that fails. */
    static final int AHEAD_MAX = 1_000;

    /** Up to here each change was received, is not wanted, or is pending. */
    private long scanned;
    /** In the order of their revisions. Shared by all windows while empty. */
    private List<PendingDelivery> pending = List.of();

    private int inFlight;

    DeliveryWindow(long position) {
        this.scanned = position;
    }

    /** Every change up to here was received or is not wanted. */
    long position() {
        return pending.isEmpty() ? scanned : pending.get(0).first - 1;
    }

    long scanned() {
        return scanned;
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    int inFlight() {
        return inFlight;
    }

    /** How many more changes may be looked at. */
    int room() {
        return (int) Math.max(0, AHEAD_MAX - (scanned - position()));
    }

    /** The oldest that is not received; null if there is none. */
    @Nullable PendingDelivery oldest() {
        return pending.isEmpty() ? null : pending.get(0);
    }

    /** The changes up to {@code revision} are not wanted. */
    void skipTo(long revision) {
        scanned = revision;
    }

    /** Nothing is pending, and the feed is to be looked at from {@code position} on. */
    void restartAt(long position) {
        pending = List.of();
        scanned = position;
    }

    /** The changes up to {@code last}, which is where the feed was looked at, are to be delivered. */
    void add(PendingDelivery delivery) {
        if (pending.isEmpty()) {
            pending = new ArrayList<>(2);
        }
        pending.add(delivery);
        scanned = delivery.last;
    }

    /** The call of the delivery is under way. */
    void begin(PendingDelivery delivery) {
        delivery.isInFlight = true;
        scanned = Math.max(scanned, delivery.last); // the head may have moved under a signal
        inFlight++;
    }

    void end(PendingDelivery delivery) {
        delivery.isInFlight = false;
        inFlight--;
    }

    /** The delivery was received, or is not wanted any more. */
    void remove(PendingDelivery delivery) {
        removeAll(one -> one == delivery);
    }

    /** Removes the deliveries for which {@code which} holds, and returns how many changes they carry at most. */
    long removeAll(Predicate<PendingDelivery> which) {
        long changes = 0;
        for (PendingDelivery delivery : pending) {
            changes += which.test(delivery) ? delivery.last - delivery.first + 1 : 0;
        }
        if (!pending.isEmpty()) {
            pending.removeIf(which);
            pending = pending.isEmpty() ? List.of() : pending;
        }
        return changes;
    }

    /** Removes what has failed and was processed all the same. Returns how many changes that are at most. */
    long removeFalseFailures(long processed) {
        return removeAll(one -> one.failures > 0 && !one.isInFlight && one.last <= processed);
    }

    /**
     * What was processed is not wanted any more, whether or not it was tried; calls under way may still end. Returns
     * whether changes were among it that were not looked at.
     */
    boolean removeProcessed(long processed) {
        removeAll(one -> !one.isInFlight && one.last <= processed);
        boolean isAhead = processed > scanned;
        scanned = Math.max(scanned, processed);
        return isAhead;
    }

    /**
     * The changes up to {@code earliest} are gone. Returns how many of them were not received; deliveries whose calls
     * are under way may still be.
     */
    long dropUpTo(long earliest) {
        boolean isCut =
                pending.stream().anyMatch(one -> !one.isInFlight && one.first <= earliest && one.last > earliest);
        if (isCut) {
            restartAt(pending.get(0).first - 1); // a batch, which is the only delivery: what is left of it is another
        }
        long missed = removeAll(one -> !one.isInFlight && one.last <= earliest);
        if (earliest > scanned) {
            missed += earliest - scanned;
            scanned = earliest;
        }
        return missed;
    }

    /**
     * The delivery that may be tried next, whether or not it is due; null if there is none. Of those that are due it is
     * the first one of the feed.
     *
     * @param isProbe to take the one that is due first instead, which is one that was tried least
     */
    @Nullable PendingDelivery next(CallOrdering ordering, boolean isProbe, long nowNanos) {
        PendingDelivery best = null;
        Set<String> before = ordering == CallOrdering.ORDER && pending.size() > 1 ? new HashSet<>() : null;
        for (PendingDelivery delivery : pending) {
            boolean isFree = before == null || before.add(delivery.subject);
            if (isFree && !delivery.isInFlight) {
                if (delivery.dueNanos <= nowNanos && !isProbe) {
                    return delivery;
                }
                if (best == null || delivery.dueNanos < best.dueNanos) {
                    best = delivery;
                }
            }
            if (ordering == CallOrdering.FEED) {
                break;
            }
        }
        return best;
    }
}
