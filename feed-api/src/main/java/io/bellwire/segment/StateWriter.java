package io.bellwire.segment;

import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.LastSeen;
import io.bellwire.log.OrderLock;
import io.bellwire.log.StoredAccount;
import java.util.Map;
import java.util.UUID;

/**
 * Writes all that the log says but its changes once more, in many small records between those of others, so that a start need not read
 * what is older, and retention may drop it. What changes meanwhile is in the log after the beginning as well.
 */
final class StateWriter {
    private static final int FEEDS_PER_RECORD = 200;
    private static final int PAIRS_PER_RECORD = 2_000;
    private static final int LOCKS_PER_RECORD = 1_000;

    private final SegmentLog log;
    private final LogState state;

    StateWriter(SegmentLog log) {
        this.log = log;
        this.state = log.state();
    }

    /** Durable when it returns. */
    void run(long nowMillis) {
        // a start learns which index files there are from those segments only that it reads
        long from = log.segments().withoutIndexFile().stream()
                .mapToLong(Segment::number)
                .min()
                .orElse(log.segments().newest().number());
        for (int no = 1; no <= state.feedCount(); no += FEEDS_PER_RECORD) {
            int first = no;
            log.append(nowMillis, false, to -> writeFeeds(first, to));
        }
        for (int no = 1; no <= state.feedCount(); no++) {
            if (state.nameOf(no).isGroup()) {
                writeMembers(nowMillis, no);
            }
        }
        writeLocks(nowMillis);
        log.append(nowMillis, true, to -> {
            Epoch epoch = state.epoch();
            if (epoch != null) {
                to.epoch(epoch);
            }
            state.sightings().watch().ifPresent(to::watch);
            state.groups().writeFanOuts(to);
            to.stateWritten(from);
        });
    }

    private void writeFeeds(int first, ItemWriter to) {
        for (int no = first; no < first + FEEDS_PER_RECORD && no <= state.feedCount(); no++) {
            FeedId id = state.nameOf(no);
            to.feed(no, id);
            to.feedState(state.facts(no));
            StoredAccount account = state.accounts().get(id);
            if (account != null) {
                to.account(account);
            }
            LastSeen sighting = state.sightings().get(id);
            if (sighting != null) {
                to.sighting(sighting);
            }
            if (id.isGroup()) {
                state.groups().writeGroup(no, to);
            }
        }
    }

    private void writeMembers(long nowMillis, int group) {
        int[] after = new int[1];
        while (after[0] < Integer.MAX_VALUE) {
            log.append(
                    nowMillis,
                    false,
                    to -> after[0] = state.groups().writeMembers(group, after[0], PAIRS_PER_RECORD, to));
        }
    }

    private void writeLocks(long nowMillis) {
        UUID[] after = new UUID[1];
        boolean[] isEnd = new boolean[1];
        while (!isEnd[0]) {
            log.append(nowMillis, false, to -> {
                Map<UUID, OrderLock> page = state.locks(after[0], LOCKS_PER_RECORD);
                page.forEach((order, lock) -> {
                    to.lock(order, lock);
                    after[0] = order;
                });
                isEnd[0] = page.size() < LOCKS_PER_RECORD;
            });
        }
    }
}
