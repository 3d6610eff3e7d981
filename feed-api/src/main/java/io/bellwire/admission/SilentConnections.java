package io.bellwire.admission;

import io.bellwire.runtime.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connections that have not said yet what they are for, over all addresses, oldest first. If there are too many,
 * the oldest have to make room for the newest: whoever connects to do something says so at once, so that silent
 * connections, from however many addresses, lose their places to clients and never keep them out. Refusing the newest
 * would let them do that until their deadline, and preferring addresses with few connections would help whoever has
 * many addresses.
 *
 * <p>Those of the last {@link #GRACE} stay: when a whole fleet connects at once, connections are accepted faster than
 * what they say is read. Thread-safe.
 *
 * @param <C> a connection, equal only to itself
 */
public final class SilentConnections<C> {
    /** How long a connection may be silent however many there are. */
    public static final Duration GRACE = Duration.ofSeconds(2);

    /** More than one, so that too many become fewer. */
    private static final int CLOSED_FOR_EACH = 2;

    private final int max;
    private final Stopwatch elapsed;
    private final Map<C, Long> sinceNanos = new LinkedHashMap<>();

    public SilentConnections(int max, Stopwatch elapsed) {
        this.max = max;
        this.elapsed = elapsed;
    }

    /** Adds a new connection. Returns those that have to be closed for it, which are not among these any more. */
    public synchronized List<C> add(C connection) {
        long now = elapsed.nanos();
        sinceNanos.put(connection, now);
        List<C> removed = new ArrayList<>();
        Iterator<Map.Entry<C, Long>> oldestFirst = sinceNanos.entrySet().iterator();
        while (sinceNanos.size() > max && removed.size() < CLOSED_FOR_EACH) {
            Map.Entry<C, Long> oldest = oldestFirst.next();
            if (now - oldest.getValue() < GRACE.toNanos()) {
                break;
            }
            oldestFirst.remove();
            removed.add(oldest.getKey());
        }
        return removed;
    }

    /**
     * Removes the oldest, which has to be closed: to be called when a connection is refused because there is no place
     * left for any.
     */
    public synchronized Optional<C> removeOldest() {
        Iterator<C> oldestFirst = sinceNanos.keySet().iterator();
        if (!oldestFirst.hasNext()) {
            return Optional.empty();
        }
        C oldest = oldestFirst.next();
        oldestFirst.remove();
        return Optional.of(oldest);
    }

    /** The connection has said what it is for, or has closed. */
    public synchronized void remove(C connection) {
        sinceNanos.remove(connection);
    }

    /** How many there are. */
    public synchronized int size() {
        return sinceNanos.size();
    }
}
