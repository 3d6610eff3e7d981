package io.bellwire.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Does at once, on the caller's thread, what the log's writer does on a thread of its own: decides writes as one batch,
 * keeps it and shows it to readers. For worlds under virtual time, where a second thread would leave to chance what the
 * seed has to decide. Not thread-safe.
 */
public final class VirtualWriter {
    private final LogStore store;
    private final Set<Feed> receivedDirty = new LinkedHashSet<>();

    public VirtualWriter(LogStore store) {
        this.store = store;
    }

    /** The outcome of a batch: for its writers, and for those who are notified of it afterwards. */
    public record Written<T>(List<T> decided, List<FeedListener.Advance> advances, Map<FeedId, Revision> processed) {}

    /**
     * Decides and commits all writes as one batch.
     *
     * @param steadyMillis see {@link WriteBatch#steadyMillis}
     */
    public <T> Written<T> write(List<? extends Write<T>> writes, Instant now, long steadyMillis) {
        List<T> decided = new ArrayList<>();
        BatchNeeds needs = new BatchNeeds();
        writes.forEach(write -> write.declareNeeds(needs));
        WriteBatch batch = store.commit(needs, loaded -> {
            WriteBatch made = new WriteBatch(loaded, now, steadyMillis);
            decided.clear();
            writes.forEach(write -> decided.add(write.decide(made)));
            return made;
        });
        Map<Feed, Integer> added = new LinkedHashMap<>();
        for (WriteBatch.Entry entry : batch.entries()) {
            entry.feed().publish(entry.change());
            added.merge(entry.feed(), 1, Integer::sum);
        }
        List<FeedListener.Advance> advances = new ArrayList<>();
        added.forEach((feed, count) -> advances.add(new FeedListener.Advance(feed.id(), feed.head(), count, now)));
        Map<FeedId, Revision> processed = new LinkedHashMap<>();
        batch.processed().forEach((feed, position) -> {
            feed.markProcessed(position);
            processed.put(feed.id(), position.revision());
        });
        return new Written<>(decided, advances, processed);
    }

    /** Notes what a page of the feed carries; false if that was known. Lost with the process, unless flushed before. */
    public boolean received(Feed feed, Position position) {
        boolean moved = feed.markReceived(position);
        if (moved) {
            receivedDirty.add(feed);
        }
        return moved;
    }

    /** Stores the received positions. */
    public void flush(Instant now) {
        store.commit(new BatchNeeds(), loaded -> {
            WriteBatch batch = new WriteBatch(loaded, now);
            receivedDirty.forEach(feed -> batch.received(feed, feed.receivedPosition()));
            return batch;
        });
        receivedDirty.clear();
    }
}
