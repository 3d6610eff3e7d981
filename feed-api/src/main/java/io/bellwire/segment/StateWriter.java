package io.bellwire.segment;

import io.bellwire.document.Document;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.order.OrderLock;
import io.bellwire.presence.LastSeen;
import io.bellwire.registry.StoredAccount;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes the state once more, that is all that the log says but its changes, so that a start need not read older
 * segments and retention may drop them. It writes many small records, between which other writes go on. What changes
 * meanwhile is written to the log as always, after the state began.
 */
final class StateWriter {
    private final SegmentLog log;
    private final LogState state;

    StateWriter(SegmentLog log) {
        this.log = log;
        this.state = log.state();
    }

    /** Writes the state; it is durable when this returns. */
    void run(long nowMillis) {
        // a start learns of index files only in the segments that it reads
        long from = log.segments().withoutIndexFile().stream()
                .mapToLong(Segment::number)
                .min()
                .orElse(log.segments().newest().number());
        for (int feedNumber = 1; feedNumber <= state.feedCount(); feedNumber += RecordLimits.FEEDS_MAX) {
            int first = feedNumber;
            log.append(nowMillis, false, to -> writeFeeds(first, to));
        }
        for (int feedNumber = 1; feedNumber <= state.feedCount(); feedNumber++) {
            if (state.feedId(feedNumber).isGroup()) {
                writeMembers(nowMillis, feedNumber);
            }
        }
        writeLocks(nowMillis);
        writeDocuments(nowMillis);
        log.append(nowMillis, true, to -> {
            Epoch epoch = state.epoch();
            if (epoch != null) {
                to.epoch(epoch);
            }
            state.lastSeen().presenceCheckpoint().ifPresent(to::presenceCheckpoint);
            state.groups().writeFanOuts(to);
            to.stateWritten(from);
        });
    }

    private void writeFeeds(int first, ItemWriter to) {
        int end = Math.min(first + RecordLimits.FEEDS_MAX, state.feedCount() + 1);
        for (int feedNumber = first; feedNumber < end; feedNumber++) {
            FeedId id = state.feedId(feedNumber);
            to.feed(feedNumber, id);
            to.feedState(state.snapshot(feedNumber));
            StoredAccount account = state.accounts().get(id);
            if (account != null) {
                to.account(account);
            }
            LastSeen lastSeen = state.lastSeen().get(id);
            if (lastSeen != null) {
                to.lastSeen(lastSeen);
            }
            if (id.isGroup()) {
                state.groups().writeGroup(feedNumber, to);
            }
        }
    }

    private void writeMembers(long nowMillis, int group) {
        int[] after = new int[1];
        while (after[0] < Integer.MAX_VALUE) {
            log.append(
                    nowMillis,
                    false,
                    to -> after[0] = state.groups().writeMembers(group, after[0], RecordLimits.MEMBERS_MAX, to));
        }
    }

    private void writeLocks(long nowMillis) {
        UUID[] after = new UUID[1];
        boolean[] isEnd = new boolean[1];
        while (!isEnd[0]) {
            log.append(nowMillis, false, to -> {
                Map<UUID, OrderLock> page = state.locks(after[0], RecordLimits.LOCKS_MAX);
                page.forEach((order, lock) -> {
                    to.lock(order, lock);
                    after[0] = order;
                });
                isEnd[0] = page.size() < RecordLimits.LOCKS_MAX;
            });
        }
    }

    private void writeDocuments(long nowMillis) {
        String[] after = {""};
        boolean[] isEnd = new boolean[1];
        while (!isEnd[0]) {
            log.append(nowMillis, false, to -> {
                List<Document> page = state.documents().withPrefix("", after[0], RecordLimits.DOCUMENTS_MAX);
                isEnd[0] = page.size() < RecordLimits.DOCUMENTS_MAX;
                for (Document document : page) {
                    to.document(document);
                    after[0] = document.key();
                    if (to.position() > RecordLimits.BYTES_MAX) {
                        isEnd[0] = false;
                        break;
                    }
                }
            });
        }
    }
}
