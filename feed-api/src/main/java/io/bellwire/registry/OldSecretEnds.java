package io.bellwire.registry;

import io.bellwire.log.FeedId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * When old secrets end whose connections must end with them: those of rotations since the start, and those that
 * somebody has used. At most one for each account and time, however often it is used. Thread-safe.
 */
final class OldSecretEnds {
    /** An account's old secret ends. */
    record End(long untilMillis, FeedId account) {}

    private final ConcurrentSkipListSet<End> ends =
            new ConcurrentSkipListSet<>(Comparator.comparingLong(End::untilMillis)
                    .thenComparing(end -> end.account().path()));

    /** Adds the end of the account's old secret; has no effect the second time. */
    void add(FeedId account, OldSecret old) {
        add(new End(old.untilMillis(), account));
    }

    void add(End end) {
        ends.add(end);
    }

    /** Removes and returns those that have come. */
    List<End> takeEnded(long nowMillis) {
        List<End> ended = new ArrayList<>();
        for (End end : ends) {
            if (end.untilMillis() > nowMillis) {
                break;
            }
            ends.remove(end);
            ended.add(end);
        }
        return ended;
    }
}
