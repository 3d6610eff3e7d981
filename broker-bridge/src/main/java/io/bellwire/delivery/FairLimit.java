package io.bellwire.delivery;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may have one of a limited number of places. As soon as one endpoint waits, each place goes to the one that has
 * waited longest, so that nobody takes again at once what it has just given back. Not thread-safe.
 */
final class FairLimit {
    private final IntSupplier room;
    private final Set<TrackedEndpoint> waiting = new LinkedHashSet<>();
    /** Those whose turn has come and who have not taken their place. */
    private final Set<TrackedEndpoint> granted = new HashSet<>();

    /** @param room how many places are free */
    FairLimit(IntSupplier room) {
        this.room = room;
    }

    /** Whether the endpoint may take a place now. If not, it waits, and {@link #next} returns it in its turn. */
    boolean admits(TrackedEndpoint endpoint) {
        boolean wasGranted = granted.remove(endpoint);
        if (room.getAsInt() > granted.size() && (wasGranted || waiting.isEmpty())) {
            return true;
        }
        waiting.add(endpoint);
        return false;
    }

    /** The next endpoint that there is a place for; null if there is none. */
    @Nullable TrackedEndpoint next() {
        Iterator<TrackedEndpoint> first = waiting.iterator();
        if (!first.hasNext() || room.getAsInt() <= granted.size()) {
            return null;
        }
        TrackedEndpoint endpoint = first.next();
        first.remove();
        granted.add(endpoint);
        return endpoint;
    }

    /** The endpoint needs no place any more. */
    void forget(TrackedEndpoint endpoint) {
        waiting.remove(endpoint);
        granted.remove(endpoint);
    }
}
