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
    private record End(long untilMillis, String account) {}

    private final ConcurrentSkipListSet<End> ends = new ConcurrentSkipListSet<>(
            Comparator.comparingLong(End::untilMillis).thenComparing(End::account));

    /** Adds the end of the account's old secret; has no effect the second time. */
    void add(FeedId account, OldSecret old) {
        ends.add(new End(old.untilMillis(), account.path()));
    }

    /** Removes and returns the accounts whose old secrets have ended. */
    List<FeedId> takeEnded(long nowMillis) {
        List<FeedId> ended = new ArrayList<>();
        for (End end : ends) {
            if (end.untilMillis() > nowMillis) {
                break;
            }
            ends.remove(end);
            ended.add(new FeedId(end.account()));
        }
        return ended;
    }
}
