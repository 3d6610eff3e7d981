package io.bellwire.log;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The received positions that have moved and are not in the store yet. They are written in rounds, each in steps of
 * bounded size: the positions of a large fleet at once would hold up all writes of others. Any thread adds; the
 * writer's thread does all else.
 */
final class ReceivedPositions {
    /** The most positions in one batch. */
    static final int STEP_MAX = 1_000;

    private final Set<Feed> moved = ConcurrentHashMap.newKeySet();
    private Iterator<Feed> round = Collections.emptyIterator();

    void add(Feed feed) {
        moved.add(feed);
    }

    boolean isEmpty() {
        return moved.isEmpty();
    }

    /** Begins to write all positions that have moved up to now. */
    void beginRound() {
        round = moved.iterator();
    }

    /** Whether a round has more steps. */
    boolean isRoundOpen() {
        return round.hasNext();
    }

    /** Takes the positions of the next step; none if no round is open. */
    Map<Feed, Position> takeStep() {
        Map<Feed, Position> step = new LinkedHashMap<>();
        while (step.size() < STEP_MAX && round.hasNext()) {
            Feed feed = round.next();
            // removed first: a position that moves meanwhile is added again
            moved.remove(feed);
            step.put(feed, feed.receivedPosition());
        }
        return step;
    }

    /** Puts back what could not be written, for the next round. */
    void putBack(Collection<Feed> feeds) {
        moved.addAll(feeds);
        round = Collections.emptyIterator();
    }
}
