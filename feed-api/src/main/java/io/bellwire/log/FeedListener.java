package io.bellwire.log;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Hears of what happens to feeds. Called on the log's own threads, for one feed in the order of its revisions: an
 * implementation must return at once, never block and never throw.
 */
public interface FeedListener {
    /**
     * One group of writes is durable.
     *
     * @param advances at most one per feed
     */
    void committed(List<Advance> advances);

    /** A feed answer carried changes up to {@code revision} to the feed's reader. */
    void received(FeedId feed, long revision);

    /** The feed's reader is done up to {@code revision}. */
    void processed(FeedId feed, long revision);

    /** Accounts have been made or changed; this is how they are now. */
    default void accountsChanged(Collection<StoredAccount> accounts) {}

    /**
     * A feed has grown.
     *
     * @param head its newest revision now
     * @param added how many changes this group added, so that the first of them is {@code head - added + 1}
     * @param at when they were committed
     */
    record Advance(FeedId feed, long head, int added, Instant at) {}
}
