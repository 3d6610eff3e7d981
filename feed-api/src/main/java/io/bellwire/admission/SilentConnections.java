package io.bellwire.admission;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The connections that have not said yet what they are for, over all addresses, oldest first. If there are too many,
 * the oldest has to make room for the newest: whoever connects to do something says so at once, so that silent
 * connections, from however many addresses, lose their places to clients and never keep them out. Refusing the newest
 * would let them do that until their deadline, and preferring addresses with few connections would help whoever has
 * many addresses. Thread-safe.
 *
 * @param <C> a connection, equal only to itself
 */
public final class SilentConnections<C> {
    private final int max;
    private final Set<C> oldestFirst = new LinkedHashSet<>();

    public SilentConnections(int max) {
        this.max = max;
    }

    /** Adds a new connection. Returns the one that has to be closed for it, which is not among these any more. */
    public synchronized Optional<C> add(C connection) {
        oldestFirst.add(connection);
        if (oldestFirst.size() <= max) {
            return Optional.empty();
        }
        Iterator<C> oldest = oldestFirst.iterator();
        C removed = oldest.next();
        oldest.remove();
        return Optional.of(removed);
    }

    /** The connection has said what it is for, or has closed. */
    public synchronized void remove(C connection) {
        oldestFirst.remove(connection);
    }

    /** How many there are. */
    public synchronized int size() {
        return oldestFirst.size();
    }
}
