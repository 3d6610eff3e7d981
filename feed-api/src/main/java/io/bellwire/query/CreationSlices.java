package io.bellwire.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Divides the orders by their time of creation into slices of a few thousand orders. The indexes by device and by
 * partner begin with the slice. So new orders, and steps of recent orders, change pages of the newest slices only.
 * Without slices they changed random pages of the whole index, which cost more than all the rest together (41 us an
 * order instead of 17, and five times the file). A search reads the slices one by one, newest first. Used by one
 * thread.
 */
final class CreationSlices {
    /** How many orders a slice has at least before the next one begins. */
    static final int ORDERS_MIN = 4_096;

    /** The slices, each named by its first time of creation. The oldest slice has all earlier orders too. */
    private final NavigableSet<Long> firsts;

    private final List<Long> added = new ArrayList<>();
    private long newestLast;
    private long newestCount;

    /**
     * @param firsts the existing slices
     * @param newestLast the last time of creation in the newest slice
     * @param newestCount how many orders the newest slice has
     */
    CreationSlices(Collection<Long> firsts, long newestLast, long newestCount) {
        this.firsts = new TreeSet<>(firsts);
        this.newestLast = newestLast;
        this.newestCount = newestCount;
    }

    /**
     * Adds an order, and returns its slice. Begins a new slice if the newest one has enough orders and all of them were
     * created before this one.
     */
    long sliceOf(long createdMillis) {
        if (firsts.isEmpty()) {
            begin(0);
        } else if (newestCount >= ORDERS_MIN && createdMillis > newestLast) {
            begin(createdMillis);
        }
        Long slice = firsts.floor(createdMillis);
        if (slice == null) {
            return firsts.first();
        }
        if (slice.equals(firsts.last())) {
            newestCount++;
            newestLast = Math.max(newestLast, createdMillis);
        }
        return slice;
    }

    private void begin(long first) {
        firsts.add(first);
        added.add(first);
        newestLast = first;
        newestCount = 0;
    }

    /** The slices that have begun since the last call. */
    List<Long> takeNewSlices() {
        List<Long> taken = List.copyOf(added);
        added.clear();
        return taken;
    }
}
