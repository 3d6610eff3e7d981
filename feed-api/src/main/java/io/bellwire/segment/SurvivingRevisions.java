package io.bellwire.segment;

import java.util.ArrayList;
import java.util.List;

/**
 * Which revisions of one feed a damaged log still has, and the revisions that their changes get in the repaired log: no
 * gaps, and the newest one keeps its own. Used by one thread.
 */
final class SurvivingRevisions {
    /** From and to, both included, ascending. */
    private final List<long[]> runs = new ArrayList<>();

    /** The newest surviving revision; 0 if there is none. */
    long last() {
        return runs.isEmpty() ? 0 : runs.get(runs.size() - 1)[1];
    }

    /** Notes the next revision; one that has been noted already, as of a copy, changes nothing. */
    void add(long revision) {
        if (revision <= last()) {
            return;
        }
        if (!runs.isEmpty() && revision == last() + 1) {
            runs.get(runs.size() - 1)[1] = revision;
        } else {
            runs.add(new long[] {revision, revision});
        }
    }

    /** Whether the change is lost by damage; one from before the oldest surviving change was dropped by retention. */
    boolean isLost(long revision) {
        return runs.isEmpty()
                || (revision >= runs.get(0)[0]
                        && runs.stream().noneMatch(run -> run[0] <= revision && revision <= run[1]));
    }

    /** How many surviving revisions are higher than {@code revision}. */
    private long countAfter(long revision) {
        return runs.stream()
                .mapToLong(run -> Math.max(0, run[1] - Math.max(run[0] - 1, revision)))
                .sum();
    }

    /**
     * The revision in the repaired log up to which a reader has read if it has read up to {@code revision} in the
     * damaged one.
     */
    long repaired(long revision) {
        if (runs.isEmpty()) {
            return 0;
        }
        long lastDropped = runs.get(0)[0] - 1;
        return last() - countAfter(revision) - Math.max(0, lastDropped - revision);
    }

    /** The revision in the repaired log before its first change. */
    long base() {
        return runs.isEmpty() ? 0 : repaired(runs.get(0)[0] - 1);
    }

    /** The lost revisions between the surviving ones, such as {@code "17, 19 to 21"}; empty if there are none. */
    String gaps() {
        List<String> gaps = new ArrayList<>();
        for (int i = 1; i < runs.size(); i++) {
            long from = runs.get(i - 1)[1] + 1;
            long to = runs.get(i)[0] - 1;
            gaps.add(from == to ? Long.toString(from) : from + " to " + to);
        }
        return String.join(", ", gaps);
    }
}
